package io.sagitta.bench.storage;

import io.sagitta.bench.Spread;
import io.sagitta.core.Index;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.VectorStorage;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Adding: all vectors with metadata through the log, beside the bare index, taking turns. The time
 * ends with the last acknowledgement; what a store does of its own accord meanwhile (snapshots) is
 * in it.
 */
public final class AddMeasure {
  private AddMeasure() {}

  /** Runs and prints it. */
  public static void run(Setting setting) throws IOException {
    int n = Math.toIntExact(setting.base().n());
    double megabytes = n * setting.base().rowBytes() / 1e6;
    List<VectorMetadata> metadata = Setting.metadata(0, n);
    double[] store = new double[setting.rounds()];
    double[] bare = new double[setting.rounds()];
    double[] ratio = new double[setting.rounds()];
    // A first round of a part warms both up.
    int warm = Math.min(n, 5_000);
    store(setting, warm, metadata);
    bare(setting, warm);
    for (int r = 0; r < setting.rounds(); r++) {
      if (r % 2 == 0) {
        store[r] = megabytes / store(setting, n, metadata);
        bare[r] = megabytes / bare(setting, n);
      } else {
        bare[r] = megabytes / bare(setting, n);
        store[r] = megabytes / store(setting, n, metadata);
      }
      ratio[r] = store[r] / bare[r];
      System.out.printf(
          Locale.ROOT,
          "  round %d: store %.0f MB/s (%.0f embeddings/s), bare %.0f MB/s, ratio %.2f%n",
          r,
          store[r],
          store[r] * 1e6 / setting.base().rowBytes(),
          bare[r],
          ratio[r]);
    }
    Spread s = Spread.of(store);
    Spread b = Spread.of(bare);
    Spread q = Spread.of(ratio);
    System.out.printf(
        Locale.ROOT,
        "add %d in batches of %d: store %.0f MB/s [%.0f..%.0f], bare index %.0f MB/s [%.0f..%.0f],"
            + " ratio %.2f [%.2f..%.2f]%n",
        n,
        setting.batch(),
        s.median(),
        s.low(),
        s.high(),
        b.median(),
        b.low(),
        b.high(),
        q.median(),
        q.low(),
        q.high());
  }

  private static double store(Setting setting, int n, List<VectorMetadata> metadata)
      throws IOException {
    setting.forget();
    double seconds;
    try (VectorStorage storage = VectorStorage.open(setting.config(true))) {
      long start = System.nanoTime();
      setting.fill(storage, 0, n, metadata);
      seconds = (System.nanoTime() - start) * 1e-9;
    }
    setting.forget();
    return seconds;
  }

  private static double bare(Setting setting, int n) {
    try (Index index = setting.bareIndex()) {
      long start = System.nanoTime();
      setting.fill(index, 0, n);
      return (System.nanoTime() - start) * 1e-9;
    }
  }
}
