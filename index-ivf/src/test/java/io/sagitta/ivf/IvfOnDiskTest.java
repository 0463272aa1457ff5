package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists in a data file that are written: they hold what lists in memory hold, and survive. */
class IvfOnDiskTest {
  private static final int D = 8;

  private static float[] part(float[] x, int from, int to) {
    return Arrays.copyOfRange(x, from * D, to * D);
  }

  /** The files as another process would find them if this one died now. */
  private static List<String> asAfterACrash(Path dir, Path elsewhere) throws IOException {
    Files.createDirectories(elsewhere);
    for (String name : new String[] {"a.index", "a.data"}) {
      Files.write(elsewhere.resolve(name), Files.readAllBytes(dir.resolve(name)));
    }
    try (Index found = IndexIO.read(elsewhere.resolve("a.index"))) {
      return contents((IndexIVF) found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF16,Flat", "IVF16,SQ8", "IVF16,PQ4x4np", "IVF16,RaBitQ"})
  void everyChangeIsThatOfAnIndexInMemory(String factory, @TempDir Path dir) throws IOException {
    float[] x = IvfData.clustered(3000, D, 1);
    float[] q = IvfData.clustered(30, D, 2);
    Path file = dir.resolve("a.index");
    try (IndexIVF plain = (IndexIVF) IndexFactory.create(D, factory, MetricType.L2)) {
      plain.train(x);
      plain.setDirectMapType(DirectMapType.HASHTABLE);
      plain.setNprobe(5);
      List<String> committed = contents(plain);
      try (IvfOnDisk disk = IvfOnDisk.create(plain, file, dir.resolve("a.data"))) {
        IndexIVF index = disk.index();
        assertThat(index.directMapType()).isEqualTo(DirectMapType.HASHTABLE);
        Random r = new Random(3);
        int at = 0;
        for (int step = 0; step < 24; step++) {
          switch (step % 4) {
            case 0, 1 -> {
              int n = 1 + r.nextInt(400);
              int to = Math.min(3000, at + n);
              if (to > at) {
                index.add(part(x, at, to));
                plain.add(part(x, at, to));
              }
              at = to;
            }
            case 2 -> {
              long from = r.nextInt(at);
              IDSelector gone = new IDSelectorRange(from, from + r.nextInt(200));
              assertThat(index.removeIds(gone)).isEqualTo(plain.removeIds(gone));
            }
            default -> {
              long id = plain.listIds(largest(plain))[0];
              index.updateVectors(new long[] {id}, Vectors.of(part(q, 0, 1), D));
              plain.updateVectors(new long[] {id}, Vectors.of(part(q, 0, 1), D));
            }
          }
          assertThat(contents(index)).isEqualTo(contents(plain));
          assertThat(index.search(q, 5).labels()).isEqualTo(plain.search(q, 5).labels());
          if (step % 5 == 4) {
            disk.commit();
            committed = contents(plain);
          }
          assertThat(asAfterACrash(dir, dir.resolve("crashed" + step)))
              .as("what was committed is there after step %s", step)
              .isEqualTo(committed);
        }
        disk.commit();
      }
      try (IvfOnDisk again = IvfOnDisk.open(file)) {
        assertThat(contents(again.index())).isEqualTo(contents(plain));
        again.index().reset();
        assertThat(again.index().ntotal()).isZero();
        again.index().add(x);
        assertThat(again.index().search(x, 1).count(7)).isEqualTo(1);
      }
      // Closed without a commit: as it was.
      try (Index read = IndexIO.open(file)) {
        assertThat(read.ntotal()).isEqualTo(plain.ntotal());
        read.search(q, 5, SearchParameters.builder().nprobe(3).build());
      }
    }
  }

  private static int largest(IndexIVF index) {
    int best = 0;
    for (int l = 1; l < index.nlist(); l++) {
      best = index.listSize(l) > index.listSize(best) ? l : best;
    }
    return best;
  }

  private static List<String> contents(IndexIVF index) {
    List<String> all = new ArrayList<>(List.of(index.directMapType() + " " + index.ntotal()));
    for (int l = 0; l < index.nlist(); l++) {
      all.add(Arrays.toString(index.listIds(l)) + Arrays.hashCode(index.listCodes(l)));
    }
    return all;
  }

  @Test
  void spaceIsReusedAfterACommitAndWhileSnapshotsLiveNothingIsOverwritten(@TempDir Path dir)
      throws IOException {
    float[] x = IvfData.clustered(2000, D, 1);
    try (IndexIVF plain = IvfData.index("IVF4,Flat", D, MetricType.L2, x);
        IvfOnDisk disk = IvfOnDisk.create(plain, dir.resolve("a.index"), dir.resolve("a.data"))) {
      IndexIVF index = disk.index();
      index.setNprobe(4);
      plain.setNprobe(4);
      long[] labels = index.search(x, 3).labels();
      try (IndexSnapshot<IvfState> before = index.snapshot()) {
        for (int round = 0; round < 5; round++) {
          replaceHalf(disk, x);
        }
        assertThat(before.search(x, 3).labels()).isEqualTo(labels);
      }
      replaceHalf(disk, x);
      replaceHalf(disk, x);
      long size = Files.size(dir.resolve("a.data"));
      for (int round = 0; round < 20; round++) {
        replaceHalf(disk, x);
      }
      assertThat(Files.size(dir.resolve("a.data"))).isEqualTo(size);
      assertThat(index.search(x, 1).labels()).isEqualTo(plain.search(x, 1).labels());
    }
  }

  private static void replaceHalf(IvfOnDisk disk, float[] x) throws IOException {
    disk.index().removeIds(new IDSelectorRange(0, 1000));
    long[] ids = new long[1000];
    Arrays.setAll(ids, i -> i);
    disk.index().addWithIds(part(x, 0, 1000), ids);
    disk.commit();
  }

  @Test
  void whatIsRefused(@TempDir Path dir) throws IOException {
    float[] x = IvfData.clustered(500, D, 1);
    Path file = dir.resolve("a.index");
    try (IndexIVF plain = IvfData.index("IVF4,Flat", D, MetricType.L2, x)) {
      IndexIO.write(plain, file);
      assertThatThrownBy(() -> IvfOnDisk.open(file)).isInstanceOf(IllegalArgumentException.class);
      try (IvfOnDisk disk = IvfOnDisk.create(plain, file, dir.resolve("a.data"))) {
        assertThatThrownBy(() -> IvfOnDisk.open(file)).isInstanceOf(IOException.class);
        assertThat(disk.index().ntotal()).isEqualTo(500);
      }
      byte[] good = Files.readAllBytes(file);
      // Two lists at one place.
      int lists = good.length - 8 - 6 - 8 - 8 - 4 * 24;
      byte[] bad = good.clone();
      System.arraycopy(good, lists, bad, lists + 24, 24);
      Files.write(file, bad);
      assertThatThrownBy(() -> IvfOnDisk.open(file)).isInstanceOf(IllegalArgumentException.class);
      Files.write(file, good);
      IvfOnDisk.open(file).close();
    }
    try (IndexIVF blocks = IvfData.index("IVF4,PQ4x4fs", D, MetricType.L2, x)) {
      assertThatThrownBy(() -> IvfOnDisk.create(blocks, file, dir.resolve("a.data")))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void freeStretchesAreTakenBySizeAndJoined() {
    FreeExtents free = new FreeExtents();
    free.give(0, 100);
    free.give(200, 50);
    free.give(400, 60);
    assertThat(free.take(55)).isEqualTo(400);
    assertThat(free.take(50)).isEqualTo(200);
    assertThat(free.take(101)).isEqualTo(FreeExtents.NONE);
    free.give(100, 100);
    free.give(200, 50);
    assertThat(free.take(250)).isZero();
    assertThat(free.take(6)).isEqualTo(FreeExtents.NONE);
    assertThat(free.take(5)).isEqualTo(455);
  }
}
