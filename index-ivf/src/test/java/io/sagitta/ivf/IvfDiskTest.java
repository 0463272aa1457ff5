package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.io.ReadOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists in data files, shards merged on disk, builds larger than their limit. */
class IvfDiskTest {
  private static final int D = 8;

  private final float[] x = IvfData.clustered(900, D, 1);
  private final float[] q = IvfData.clustered(30, D, 2);

  private IndexIVF filled(String factory) {
    IndexIVF index = IvfData.index(factory, D, MetricType.L2, x);
    index.setNprobe(4);
    return index;
  }

  @Test
  void listsInADataFileAnswerAsBefore(@TempDir Path dir) throws IOException {
    for (String factory : new String[] {"IVF16,Flat", "IVF16,SQ8", "IVF16,PQ2x4"}) {
      try (IndexIVF index = filled(factory)) {
        Path file = dir.resolve("a.index");
        IvfShards.writeOnDisk(index, file, dir.resolve("a.data"));
        try (Index again = IndexIO.read(file)) {
          assertThat(again.search(q, 5).labels()).isEqualTo(index.search(q, 5).labels());
          assertThat(IndexIO.toBytes(again)).isEqualTo(Files.readAllBytes(file));
          assertThatThrownBy(() -> again.add(q)).isInstanceOf(UnsupportedOperationException.class);
          try (Index copy = again.copy()) {
            copy.add(q);
            assertThat(IndexIO.toBytes(copy)).hasSizeGreaterThan(900 * 8);
          }
        }
        assertThatThrownBy(
                () -> IvfShards.writeOnDisk(index, file, dir.resolve("sub").resolve("a.data")))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  /** The index file with another name for its data file. */
  private static byte[] renamed(byte[] file, String old, String name) {
    byte[] from = old.getBytes(StandardCharsets.UTF_8);
    byte[] to = name.getBytes(StandardCharsets.UTF_8);
    int at = file.length - 8 - from.length;
    ByteBuffer b =
        ByteBuffer.allocate(file.length - from.length + to.length).order(ByteOrder.LITTLE_ENDIAN);
    b.put(file, 0, at - 8).putLong(to.length).put(to).put(file, file.length - 8, 8);
    return b.array();
  }

  @Test
  void aDataFileIsOpenedOnlyInTheIndexsOwnDirectory(@TempDir Path dir) throws IOException {
    Path home = Files.createDirectory(dir.resolve("home"));
    Path outside = dir.resolve("outside.data");
    Path file = home.resolve("a.index");
    try (IndexIVF index = filled("IVF16,Flat")) {
      IvfShards.writeOnDisk(index, file, home.resolve("a.data"));
    }
    byte[] original = Files.readAllBytes(file);
    Files.copy(home.resolve("a.data"), outside);
    Files.createSymbolicLink(home.resolve("link.data"), outside);
    Files.createDirectory(home.resolve("folder"));
    for (String name :
        new String[] {
          "../outside.data",
          outside.toString(),
          "link.data",
          "folder",
          "missing.data",
          "..",
          "",
          ".",
          "x/../a.data",
          "a\0b"
        }) {
      Files.write(file, renamed(original, "a.data", name));
      assertThatThrownBy(() -> IndexIO.read(file)).isInstanceOf(IndexFormatException.class);
      assertThatThrownBy(() -> IndexIO.open(file)).isInstanceOf(IndexFormatException.class);
    }
    // The directory part is ignored, so an index may be moved together with its data.
    Files.write(file, renamed(original, "a.data", "/somewhere/else/a.data"));
    try (Index moved = IndexIO.read(file)) {
      assertThat(moved.ntotal()).isEqualTo(900);
    }
    // Allowed by the caller.
    Files.write(file, renamed(original, "a.data", outside.toString()));
    try (Index allowed = IndexIO.read(file, new ReadOptions(false, false, true))) {
      assertThat(allowed.search(q, 1).count(0)).isEqualTo(1);
    }
    assertThatThrownBy(() -> IndexIO.fromBytes(original)).isInstanceOf(IndexFormatException.class);
  }

  @Test
  void damagedExtentsAreRefused(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("a.index");
    try (IndexIVF index = filled("IVF16,Flat")) {
      IvfShards.writeOnDisk(index, file, dir.resolve("a.data"));
    }
    byte[] good = Files.readAllBytes(file);
    int lists = good.length - 8 - 6 - 8 - 8 - 16 * 24;
    for (long[] change :
        new long[][] {
          {0, -1}, {0, 1L << 40}, {8, 1L << 40}, {8, -1}, {16, 1L << 40}, {16, -8}, {-8, 17}
        }) {
      byte[] b = good.clone();
      ByteBuffer.wrap(b).order(ByteOrder.LITTLE_ENDIAN).putLong(lists + (int) change[0], change[1]);
      Files.write(file, b);
      assertThatThrownBy(() -> IndexIO.read(file)).isInstanceOf(IndexFormatException.class);
    }
    Files.write(file, good);
    byte[] data = Files.readAllBytes(dir.resolve("a.data"));
    Files.write(dir.resolve("a.data"), Arrays.copyOf(data, data.length - 1));
    assertThatThrownBy(() -> IndexIO.read(file)).isInstanceOf(IndexFormatException.class);
  }

  @Test
  void shardsMergeOnDiskToTheSameFile(@TempDir Path dir) throws IOException {
    try (IndexIVF index = filled("IVF16,SQ8")) {
      byte[] whole = IndexIO.toBytes(index);
      Path a = dir.resolve("a.index");
      Path b = dir.resolve("b.index");
      index.reset();
      index.add(Arrays.copyOf(x, 500 * D));
      IndexIO.write(index, a);
      index.reset();
      long[] ids = new long[400];
      Arrays.setAll(ids, i -> 500 + i);
      index.addWithIds(Arrays.copyOfRange(x, 500 * D, 900 * D), ids);
      IndexIO.write(index, b);
      Path out = dir.resolve("all.index");
      IvfShards.merge(List.of(a, b), out);
      assertThat(Files.readAllBytes(out)).isEqualTo(whole);
      IvfShards.mergeOnDisk(List.of(a, b), dir.resolve("d.index"), dir.resolve("d.data"));
      try (Index disk = IndexIO.read(dir.resolve("d.index"));
          Index all = IndexIO.read(out)) {
        assertThat(disk.search(q, 5).labels()).isEqualTo(all.search(q, 5).labels());
        assertThat(disk.ntotal()).isEqualTo(900);
      }
      try (IndexIVF other = filled("IVF17,SQ8")) {
        IndexIO.write(other, b);
      }
      assertThatThrownBy(() -> IvfShards.merge(List.of(a, b), out))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> IvfShards.merge(List.of(), out))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aBuildInPiecesIsTheBuildInOne(@TempDir Path dir) throws IOException {
    Path out = dir.resolve("big.index");
    try (IndexIVF index = (IndexIVF) IndexFactory.create(D, "IVF16,Flat")) {
      index.train(x);
      index.add(x);
      byte[] whole = IndexIO.toBytes(index);
      index.reset();
      long one = 40 << 10;
      try (IvfStreamBuild build = new IvfStreamBuild(index, out, one)) {
        for (int i = 0; i < 900; i += 50) {
          build.add(Vectors.of(x, D).slice(i, 50), null, ProgressListener.NONE);
          assertThat(index.ntotal()).isLessThan(900);
        }
        build.finish();
      }
      assertThat(Files.readAllBytes(out)).isEqualTo(whole);
      try (Stream<Path> left = Files.list(dir)) {
        assertThat(left).containsExactly(out);
      }
    }
  }

  @Test
  void mappedListsAreReadAhead(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("a.index");
    Path ilod = dir.resolve("b.index");
    try (IndexIVF index = filled("IVF16,Flat")) {
      IndexIO.write(index, file);
      IvfShards.writeOnDisk(index, ilod, dir.resolve("b.data"));
      assertThat(index.prefetchLists(0, 1, 2).get()).as("lists in memory").isZero();
      long bytes = (index.listSize(3) + (long) index.listSize(5)) * (4 * D + 8);
      for (Path path : new Path[] {file, ilod}) {
        try (IndexIVF mapped = (IndexIVF) IndexIO.open(path)) {
          assertThat(mapped.prefetchLists(5, -1, 3, 5).get()).isEqualTo(bytes);
          assertThat(mapped.prefetchLists().get()).isZero();
          assertThatThrownBy(() -> mapped.prefetchLists(3, 16))
              .isInstanceOf(IllegalArgumentException.class);
          mapped.setPrefetchThreads(4);
          assertThat(mapped.search(q, 5).labels()).isEqualTo(index.search(q, 5).labels());
          assertThatThrownBy(() -> mapped.setPrefetchThreads(-1))
              .isInstanceOf(IllegalArgumentException.class);
        }
        // Closed at once: what is being read stays mapped until it is done.
        IndexIVF closed = (IndexIVF) IndexIO.open(path);
        var running = closed.prefetchLists(3, 5);
        closed.close();
        assertThat(running.get()).isEqualTo(bytes);
      }
    }
  }
}
