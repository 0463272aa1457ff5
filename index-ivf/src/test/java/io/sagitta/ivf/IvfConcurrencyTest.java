package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches beside one writer: a vector's id tells what its components are, so every answer can be
 * checked, and rounds of ids come and go as a whole.
 */
class IvfConcurrencyTest {
  private static final int D = 8;
  private static final int ROUND = 40;

  /** The vector of an id: its seed. */
  private static float[] vector(long id) {
    Random r = new Random(id * 31 + 7);
    float[] x = new float[D];
    for (int j = 0; j < D; j++) {
      x[j] = (float) r.nextGaussian();
    }
    return x;
  }

  private static float[] round(long first) {
    float[] x = new float[ROUND * D];
    for (int i = 0; i < ROUND; i++) {
      System.arraycopy(vector(first + i), 0, x, i * D, D);
    }
    return x;
  }

  private static long[] ids(long first) {
    long[] ids = new long[ROUND];
    for (int i = 0; i < ROUND; i++) {
      ids[i] = first + i;
    }
    return ids;
  }

  @Test
  void everyAnswerBelongsToOnePublishedState() throws Exception {
    try (IndexIVF index =
        IvfData.index("IVF16,Flat", D, MetricType.L2, IvfData.clustered(800, D, 3))) {
      index.reset();
      changeWhileOthersRead(index, () -> {});
    }
  }

  @Test
  void listsOnDiskToo(@TempDir Path dir) throws Exception {
    try (IndexIVF plain =
            IvfData.index("IVF16,Flat", D, MetricType.L2, IvfData.clustered(800, D, 3));
        IvfOnDisk disk = IvfOnDisk.create(plain, dir.resolve("a.index"), dir.resolve("a.data"))) {
      disk.index().reset();
      changeWhileOthersRead(disk.index(), disk::commit);
    }
  }

  /** What is done every few rounds. */
  private interface Now {
    void run() throws Exception;
  }

  private static void changeWhileOthersRead(IndexIVF index, Now now) throws Exception {
    index.setDirectMapType(DirectMapType.HASHTABLE);
    index.addWithIds(round(0), ids(0));
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    List<Future<Long>> readers = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      int seed = t;
      readers.add(pool.submit(() -> read(index, stop, seed)));
    }
    long next = ROUND;
    for (int i = 0; i < 400; i++) {
      index.addWithIds(round(next), ids(next));
      long gone = next - ROUND;
      if (i % 50 == 49) {
        index.reset();
        index.addWithIds(round(next), ids(next));
      } else {
        assertThat(index.removeIds(IDSelector.of(id -> id >= gone && id < gone + ROUND)))
            .isEqualTo(ROUND);
      }
      next += ROUND;
      if (i % 7 == 6) {
        now.run();
      }
    }
    stop.set(true);
    for (Future<Long> r : readers) {
      assertThat(r.get(60, TimeUnit.SECONDS)).isPositive();
    }
    pool.shutdown();
    assertThat(index.ntotal()).isEqualTo(ROUND);
  }

  private static long read(IndexIVF index, AtomicBoolean stop, int seed) {
    SearchParameters all = SearchParameters.builder().nprobe(16).build();
    Random r = new Random(seed);
    long checked = 0;
    // At least one round, however fast the writer was.
    do {
      int nq = r.nextBoolean() ? 1 : 40;
      float[] q = new float[nq * D];
      for (int i = 0; i < q.length; i++) {
        q[i] = (float) r.nextGaussian();
      }
      long from = (long) ROUND * r.nextInt(450);
      SearchParameters some = all.withSelector(new IDSelectorRange(from, from + 2 * ROUND));
      KnnResult out = index.search(q, 3 * ROUND, r.nextBoolean() ? all : some);
      for (int i = 0; i < nq; i++) {
        // A state holds one or two whole rounds, or none just after a reset.
        assertThat(out.count(i) % ROUND).isZero();
        for (int j = 0; j < out.count(i); j++) {
          float[] x = vector(out.id(i, j));
          float sum = 0;
          for (int c = 0; c < D; c++) {
            sum += (q[i * D + c] - x[c]) * (q[i * D + c] - x[c]);
          }
          assertThat(out.distance(i, j))
              .isCloseTo(sum, org.assertj.core.data.Offset.offset(1e-4f * (1 + sum)));
        }
        checked++;
      }
      try (Index view = index.snapshot()) {
        KnnResult one = view.search(Vectors.of(q, D).slice(0, 1), 1, all);
        if (one.count(0) == 1) {
          assertThat(view.reconstruct(one.id(0, 0))).isEqualTo(vector(one.id(0, 0)));
        }
      }
    } while (!stop.get());
    return checked;
  }
}
