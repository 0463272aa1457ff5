package io.sagitta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One thread writes, others search and take snapshots, and every answer must be that of one of the
 * states that were current at some time during the call. A search that mixed two numberings, saw
 * half a vector or read freed memory would fit none of them.
 */
final class Stress {
  private static final int STEPS = 120;
  private static final int READERS = 2;
  private static final int LEAST_ANSWERS = 40;

  private final Index index;
  private final int d;
  private final SearchParameters parameters;
  private final boolean removes;
  private final boolean exact;
  private final double tolerance;
  private final IndexModel[] states = new IndexModel[STEPS + 1];
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile int started;
  private volatile int done;
  private volatile boolean over;

  Stress(
      Index index,
      IndexModel empty,
      SearchParameters parameters,
      boolean removes,
      boolean exact,
      double tolerance) {
    this.index = index;
    this.d = index.d();
    this.parameters = parameters;
    this.removes = removes;
    this.exact = exact;
    this.tolerance = tolerance;
    states[0] = empty;
  }

  void run(long seed) throws InterruptedException {
    List<Thread> readers = new ArrayList<>();
    CountDownLatch ready = new CountDownLatch(READERS);
    for (int i = 0; i < READERS; i++) {
      long s = seed + i;
      readers.add(Thread.ofPlatform().start(() -> read(s, ready)));
    }
    ready.await();
    try {
      write(new Random(seed));
    } finally {
      over = true;
    }
    for (Thread t : readers) {
      t.join();
    }
    Throwable t = failure.get();
    if (t != null) {
      throw new AssertionError("a reader saw what no state has: " + t.getMessage(), t);
    }
  }

  private void write(Random r) {
    int next = 0;
    for (int step = 0; step < STEPS && failure.get() == null; step++) {
      IndexModel model = states[step];
      if (removes && model.size() > 20 && r.nextInt(3) == 0) {
        var selector =
            r.nextInt(8) == 0
                ? new IDSelectorRange(5, 5 + r.nextInt(200))
                : new IDSelectorArray(
                    model.id(r.nextInt(model.size())), model.id(r.nextInt(model.size())));
        states[step + 1] = model.minus(selector);
        started = step + 1;
        index.removeIds(selector);
      } else {
        int n = 1 + r.nextInt(30);
        states[step + 1] = model.plus(next, n);
        started = step + 1;
        model.addTo(index, next, n);
        next += n;
      }
      done = step + 1;
    }
  }

  private void read(long seed, CountDownLatch ready) {
    Random r = new Random(seed);
    ready.countDown();
    try {
      for (int answers = 0; !over || answers < LEAST_ANSWERS; answers++) {
        float[] query = IndexModel.vectorOf(r.nextInt(), d);
        int k = 1 + r.nextInt(30);
        int from = done;
        if (r.nextInt(4) == 0) {
          try (Index snapshot = index.snapshot()) {
            int to = started;
            KnnResult first = snapshot.search(Vectors.one(query), k, parameters);
            KnnResult second = snapshot.search(Vectors.one(query), k, parameters);
            check(first, query, from, to);
            if (exact) {
              assertThat(second.labels()).isEqualTo(first.labels());
            }
          }
        } else {
          KnnResult result = index.search(Vectors.one(query), k, parameters);
          check(result, query, from, started);
        }
      }
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
    }
  }

  private void check(KnnResult result, float[] query, int from, int to) {
    String last = null;
    for (int v = from; v <= to; v++) {
      last = states[v].fault(result, 0, query, null, exact, tolerance);
      if (last == null) {
        return;
      }
    }
    throw new AssertionError("states " + from + " to " + to + ": " + last);
  }

  /** Closes an index under running searches: each ends well or is refused as closed. */
  static void closeUnderSearches(Index index, int d, SearchParameters p)
      throws InterruptedException {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch running = new CountDownLatch(2);
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    float[] query = new float[d];
                    for (int n = 0; ; n++) {
                      try {
                        KnnResult result = index.search(query, 5, p);
                        assertThat(result.nq()).isEqualTo(1);
                      } catch (IllegalStateException e) {
                        if (!String.valueOf(e.getMessage()).contains("closed")) {
                          failure.compareAndSet(null, e);
                        }
                        running.countDown();
                        return;
                      } catch (Throwable t) {
                        failure.compareAndSet(null, t);
                        running.countDown();
                        return;
                      }
                      if (n == 3) {
                        running.countDown();
                      }
                    }
                  }));
    }
    running.await();
    index.close();
    for (Thread t : readers) {
      t.join();
    }
    assertThat(failure.get()).isNull();
  }
}
