package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  private static final int D = 64;
  private static final int N = 20_000;

  private static void write(Path file) throws IOException {
    try (IndexIDMap2 index = new IndexIDMap2(new IndexFlatL2(D))) {
      long[] ids = new long[N];
      for (int i = 0; i < N; i++) {
        ids[i] = 3L * i;
      }
      index.addWithIds(new float[N * D], ids);
      IndexIO.write(index, file);
    }
  }

  /** The file is cut under an open index: every reading verb says so, and closing still works. */
  @Test
  @Tag("simd")
  void aFileCutWhileMappedIsOneClearException(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("cut.faiss");
    write(file);
    Index index = IndexIO.open(file);
    assertThat(index.search(new float[D], 3).count(0)).isEqualTo(3);
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      f.setLength(8192);
    }
    List<Runnable> verbs =
        List.of(
            () -> index.search(new float[D], 3),
            () -> index.search(new float[8 * D], 3),
            () -> index.rangeSearch(new float[D], 1f),
            () -> index.reconstruct(3L * (N - 1)),
            () -> index.searchAndReconstruct(Vectors.one(new float[D]), 2, SearchParameters.NONE),
            () -> index.reconstructBatch(new long[] {0, 3}),
            () -> index.reconstructN(0, 2),
            () -> index.snapshot(),
            () -> IndexIO.toBytes(index),
            () -> index.copy());
    for (Runnable verb : verbs) {
      assertThatThrownBy(verb::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("mapped file was cut");
    }
    index.close();
  }

  /** Looking at the file leaves it open for a thread that has been interrupted. */
  @Test
  void anInterruptedThreadMaySearch(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("whole.faiss");
    write(file);
    try (Index index = IndexIO.open(file)) {
      Thread.currentThread().interrupt();
      assertThat(index.search(new float[D], 3).count(0)).isEqualTo(3);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(index.search(new float[D], 3).count(0)).isEqualTo(3);
    }
  }

  @Test
  void mapsWithIdsAndWithoutThem(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("whole.faiss");
    write(file);
    byte[] bytes = Files.readAllBytes(file);
    Index mapped = IndexIO.open(file);
    try (Index snapshot = mapped.snapshot()) {
      assertThat(mapped.reconstruct(9)).hasSize(D);
      assertThat(IndexIO.toBytes(mapped)).isEqualTo(bytes);
      assertThatThrownBy(() -> mapped.addWithIds(new float[D], new long[] {1}))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("read-only");
      try (Index copy = mapped.copy()) {
        copy.addWithIds(new float[D], new long[] {1});
        assertThat(copy.ntotal()).isEqualTo(N + 1);
      }
      // The file may be replaced while it is mapped: the open index keeps the old one.
      IndexIO.write(mapped, file);
      mapped.close();
      assertThat(snapshot.search(new float[D], 2).count(0)).isEqualTo(2);
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  /** 32 GiB of vectors in a sparse file, more than the heap of a test: opening looks at none. */
  @Test
  void openingReadsTheHeaderAlone(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("large.faiss");
    byte[] header;
    try (IndexFlatL2 empty = new IndexFlatL2(D)) {
      header = IndexIO.toBytes(empty);
    }
    long n = 1L << 27;
    ByteBuffer b = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(8, n).putLong(header.length - 8, n * D);
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      f.write(header);
      f.seek(header.length + (n * D - 1) * 4);
      f.write(new byte[] {0, 0, (byte) 0x80, 0x3f}); // 1.0f
    }
    long before = MemoryBlock.allocatedBytes();
    try (Index index = IndexIO.open(file)) {
      assertThat(index.ntotal()).isEqualTo(n);
      assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
      float[] last = new float[D];
      last[D - 1] = 1;
      assertThat(index.reconstruct(n - 1)).isEqualTo(last);
      SearchParameters end = SearchParameters.of(new IDSelectorRange(n - 100, n));
      assertThat(index.search(last, 1, end).id(0, 0)).isEqualTo(n - 1);
    }
  }
}
