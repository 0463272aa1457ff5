package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.io.IndexIO;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers that check every answer while a writer adds and removes. */
class HnswConcurrencyTest {
  private static final int D = 8;

  /** A vector that tells its own number, so that an answer can be checked without a model. */
  private static float[] vector(int number) {
    Random r = new Random(number);
    float[] x = new float[D];
    for (int i = 1; i < D; i++) {
      x[i] = r.nextInt(100);
    }
    x[0] = number;
    return x;
  }

  private static void checkAnswer(Index view, float[] query, KnnResult out) {
    view.searchInto(
        io.sagitta.core.Vectors.one(query),
        5,
        SearchParameters.builder().efSearch(20).build(),
        out);
    for (int i = 1; i < out.count(0); i++) {
      assertThat(out.distance(0, i)).isGreaterThanOrEqualTo(out.distance(0, i - 1));
      assertThat(out.id(0, i)).isNotEqualTo(out.id(0, i - 1));
    }
  }

  @Test
  void everyAnswerBelongsToOneStateAndSnapshotsNeverChange()
      throws InterruptedException, ExecutionException {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    AtomicBoolean done = new AtomicBoolean();
    try (IndexHNSWFlat index = new IndexHNSWFlat(D, 4)) {
      for (int i = 0; i < 300; i++) {
        index.add(vector(i));
      }
      Callable<Integer> reader =
          () -> {
            Random r = new Random(5);
            KnnResult out = new KnnResult();
            KnnResult again = new KnnResult();
            int checked = 0;
            while (!done.get() || checked == 0) {
              try (Index view = index.snapshot()) {
                float[] query = vector(r.nextInt(2000));
                checkAnswer(view, query, out);
                long total = view.ntotal();
                float[][] found = new float[out.count(0)][];
                for (int i = 0; i < out.count(0); i++) {
                  assertThat(out.id(0, i)).isLessThan(total);
                  found[i] = view.reconstruct(out.id(0, i));
                  assertThat(found[i]).isEqualTo(vector((int) found[i][0]));
                  float distance = 0;
                  for (int j = 0; j < D; j++) {
                    distance += (query[j] - found[i][j]) * (query[j] - found[i][j]);
                  }
                  assertThat(out.distance(0, i)).isEqualTo(distance);
                }
                byte[] file = checked % 40 == 0 ? IndexIO.toBytes(view) : null;
                for (int repeat = 0; repeat < 4; repeat++) {
                  checkAnswer(view, query, again);
                  assertThat(again.labels()).isEqualTo(out.labels());
                  assertThat(again.distances()).isEqualTo(out.distances());
                }
                if (file != null) {
                  // The reader's checks hold for whatever instant was written.
                  assertThat(IndexIO.toBytes(view)).isEqualTo(file);
                  IndexIO.fromBytes(file).close();
                }
              }
              checked++;
            }
            return checked;
          };
      List<Future<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(pool.submit(reader));
      }
      Random r = new Random(1);
      for (int step = 0; step < 600; step++) {
        if (r.nextBoolean()) {
          index.add(vector(300 + step));
        } else if (r.nextInt(20) == 0) {
          int from = r.nextInt(100);
          index.removeIds(id -> id >= from && id < from + 50);
          float[] many = new float[50 * D];
          for (int i = 0; i < 50; i++) {
            System.arraycopy(vector(10_000 + 50 * step + i), 0, many, i * D, D);
          }
          index.add(many);
        } else {
          long gone = r.nextInt((int) index.ntotal());
          index.removeIds(id -> id == gone);
        }
      }
      done.set(true);
      for (Future<Integer> f : readers) {
        assertThat(f.get()).isPositive();
      }
      float[] all = index.reconstructN(0, (int) index.ntotal());
      for (int i = 0; i < index.ntotal(); i++) {
        assertThat(Arrays.copyOfRange(all, i * D, (i + 1) * D)).isEqualTo(vector((int) all[i * D]));
      }
    } finally {
      done.set(true);
      pool.shutdown();
    }
  }

  @Test
  void aSnapshotOutlivesTheIndex() {
    IndexHNSWFlat index = new IndexHNSWFlat(D, 4);
    for (int i = 0; i < 100; i++) {
      index.add(vector(i));
    }
    Index snapshot = index.snapshot();
    KnnResult before = snapshot.search(vector(7), 3);
    index.removeIds(id -> id < 90);
    index.close();
    assertThat(snapshot.search(vector(7), 3).labels()).isEqualTo(before.labels());
    assertThat(before.id(0, 0)).isEqualTo(7);
    snapshot.close();
  }
}
