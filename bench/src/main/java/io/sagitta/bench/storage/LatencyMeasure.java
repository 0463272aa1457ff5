package io.sagitta.bench.storage;

import io.sagitta.bench.Spread;
import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.VectorStorage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The latency of one searching thread: while nothing else happens, while another thread adds at an
 * even rate, and while it does and snapshots are taken, taking turns. The store begins with all but
 * the last part of the base and grows by what is added.
 */
public final class LatencyMeasure {
  private static final int K = 10;
  private static final SearchOptions OPTIONS = SearchOptions.DEFAULT.withThreshold(-1);

  private LatencyMeasure() {}

  /** Quantiles of the searches of one window, in microseconds. */
  private record Window(double median, double p99, double most, int searches, double rate) {}

  /**
   * Runs and prints it.
   *
   * @param loaded embeddings in the store before it begins; the rest of the base is added by and by
   * @param perSecond embeddings that the writer adds; at most half of what the bare index can
   * @param seconds length of a window
   */
  public static void run(Setting setting, int loaded, int perSecond, double seconds)
      throws IOException, InterruptedException {
    setting.forget();
    double bareRate = bareRate(setting, loaded);
    double rate = Math.min(perSecond, bareRate / 2);
    System.out.printf(
        Locale.ROOT,
        "the bare index adds %.0f one by one in a second; the writer adds %.0f%n",
        bareRate,
        rate);
    int n = Math.toIntExact(setting.base().n());
    List<VectorMetadata> metadata = Setting.metadata(0, n);
    try (VectorStorage storage = VectorStorage.open(setting.config(false))) {
      setting.fill(storage, 0, loaded, metadata);
      storage.save();
      AtomicInteger next = new AtomicInteger(loaded);
      Window warm = window(setting, storage, metadata, next, 0, false, seconds);
      window(setting, storage, metadata, next, rate, true, seconds);
      double[] adding = new double[setting.rounds()];
      double[] saving = new double[setting.rounds()];
      double[] idleP99 = new double[setting.rounds()];
      for (int r = 0; r < setting.rounds(); r++) {
        Window idle = window(setting, storage, metadata, next, 0, false, seconds);
        Window busy = window(setting, storage, metadata, next, rate, false, seconds);
        Window snapshot = window(setting, storage, metadata, next, rate, true, seconds);
        idleP99[r] = idle.p99;
        adding[r] = busy.p99 / idle.p99;
        saving[r] = snapshot.p99 / idle.p99;
        print(r, "idle", idle);
        print(r, "adding", busy);
        print(r, "adding, snapshots", snapshot);
      }
      Spread a = Spread.of(adding);
      Spread s = Spread.of(saving);
      System.out.printf(
          Locale.ROOT,
          "p99 over idle (%.0f us): adding %.2f [%.2f..%.2f]; adding and snapshots %.2f"
              + " [%.2f..%.2f]; %d embeddings at the end, warm-up p99 %.0f us%n",
          Spread.of(idleP99).median(),
          a.median(),
          a.low(),
          a.high(),
          s.median(),
          s.low(),
          s.high(),
          storage.size(),
          warm.p99);
    }
    setting.forget();
  }

  private static void print(int round, String what, Window w) {
    System.out.printf(
        Locale.ROOT,
        "  round %d, %-18s p50 %.0f us, p99 %.0f us, most %.0f us, %d searches, %.0f added/s%n",
        round,
        what,
        w.median,
        w.p99,
        w.most,
        w.searches,
        w.rate);
  }

  private static double bareRate(Setting setting, int loaded) {
    try (Index index = setting.bareIndex()) {
      index.add(setting.base().slice(0, loaded));
      int n = (int) Math.min(2_000, setting.base().n() - loaded);
      long start = System.nanoTime();
      for (int i = 0; i < n; i++) {
        index.add(setting.base().slice(loaded + i, 1));
      }
      return n / ((System.nanoTime() - start) * 1e-9);
    }
  }

  private static Window window(
      Setting setting,
      VectorStorage storage,
      List<VectorMetadata> metadata,
      AtomicInteger next,
      double rate,
      boolean snapshots,
      double seconds)
      throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    int before = next.get();
    long start = System.nanoTime();
    Thread writer =
        Thread.ofPlatform()
            .name("writer")
            .start(() -> write(setting, storage, metadata, next, rate, stop));
    Thread saver =
        Thread.ofPlatform()
            .name("saver")
            .start(
                () -> {
                  while (snapshots && !stop.get()) {
                    storage.save();
                  }
                });
    double[] micros = new double[1 << 16];
    int count = 0;
    long end = start + (long) (seconds * 1e9);
    for (long at = start; at < end; ) {
      float[] query = setting.queries().slice(count % setting.queries().n(), 1).toArray();
      at = System.nanoTime();
      storage.searchSimilar(query, K, OPTIONS);
      if (count == micros.length) {
        micros = Arrays.copyOf(micros, 2 * count);
      }
      micros[count++] = (System.nanoTime() - at) * 1e-3;
    }
    stop.set(true);
    writer.join();
    double added = (next.get() - before) / ((System.nanoTime() - start) * 1e-9);
    saver.join();
    double[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return new Window(
        Spread.quantile(sorted, 0.5),
        Spread.quantile(sorted, 0.99),
        sorted[count - 1],
        count,
        added);
  }

  private static void write(
      Setting setting,
      VectorStorage storage,
      List<VectorMetadata> metadata,
      AtomicInteger next,
      double rate,
      AtomicBoolean stop) {
    long start = System.nanoTime();
    for (long i = 0; rate > 0 && !stop.get() && next.get() < setting.base().n(); i++) {
      long due = start + (long) (i / rate * 1e9);
      while (System.nanoTime() < due && !stop.get()) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      int row = next.getAndIncrement();
      Vectors one = setting.base().slice(row, 1);
      storage.batchAddEmbeddings(one, metadata.subList(row, row + 1));
    }
  }
}
