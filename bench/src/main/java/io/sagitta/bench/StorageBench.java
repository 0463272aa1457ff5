package io.sagitta.bench;

import io.sagitta.bench.storage.AddMeasure;
import io.sagitta.bench.storage.LatencyMeasure;
import io.sagitta.bench.storage.ReopenMeasure;
import io.sagitta.bench.storage.SearchMeasure;
import io.sagitta.bench.storage.Setting;
import io.sagitta.core.Vectors;
import io.sagitta.storage.Durability;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What the storage costs, beside the bare index in one run: {@code add} (megabytes of vectors a
 * second), {@code search} (microseconds over the bare index), {@code reopen} (seconds, in fresh
 * processes), {@code latency} (p99 of searches while a writer adds, over idle). Medians and
 * quartiles over the rounds.
 *
 * <p>Through {@code bench/run.sh}, which brings Chronicle Map and its flags for {@code --store
 * chronicle}.
 */
@Command(
    name = "storage",
    mixinStandardHelpOptions = true,
    description = "Measures the storage beside the bare index.")
public final class StorageBench implements Callable<Integer> {
  /** What to measure. */
  enum Measure {
    ADD,
    SEARCH,
    REOPEN,
    LATENCY
  }

  @Parameters(index = "0", paramLabel = "add|search|reopen|latency", description = "what")
  private Measure measure = Measure.ADD;

  @Option(names = "--index", defaultValue = "flat", description = "flat or hnsw")
  private String index = "flat";

  @Option(names = "--store", defaultValue = "builtin", description = "builtin or chronicle")
  private String store = "builtin";

  @Option(names = "--durability", defaultValue = "os", description = "fsync, os or none")
  private String durability = "os";

  @Option(names = "-n", defaultValue = "100000", description = "vectors")
  private int n = 100_000;

  @Option(names = "-d", defaultValue = "768", description = "dimension")
  private int d = 768;

  @Option(names = "--queries", defaultValue = "1000", description = "queries in a pass")
  private int queries = 1_000;

  @Option(names = "--batch", defaultValue = "100000", description = "embeddings in a call of add")
  private int batch = 100_000;

  @Option(names = "--rounds", defaultValue = "5", description = "measurements of each")
  private int rounds = 5;

  @Option(names = "--rate", defaultValue = "2000", description = "latency: added in a second")
  private int rate = 2_000;

  @Option(names = "--seconds", defaultValue = "3", description = "latency: length of a window")
  private double seconds = 3;

  @Option(names = "--folder", description = "where stores are made (default: a temporary folder)")
  private @Nullable Path folder;

  /** Runs it; exit codes 0 done, 1 failed, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new StorageBench())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path at = folder == null ? Files.createTempDirectory("sagitta-storage-bench") : folder;
    // Two windows of every round add, and one of the warm-up.
    int more = measure == Measure.LATENCY ? (int) (rate * seconds * 1.5) * (2 * rounds + 1) : 0;
    Vectors base = SyntheticData.make(n + more, d, 1338, 0, Arena.ofAuto());
    Vectors asked = SyntheticData.make(queries, d, 1338, 1, Arena.ofAuto());
    Setting setting =
        new Setting(index, store, Durability.parse(durability), base, asked, batch, rounds, at);
    System.out.printf(
        Locale.ROOT,
        "Java %s; %s, metadata %s, durability %s, %d x %d, cosine%n",
        Runtime.version(),
        index,
        store,
        durability,
        n,
        d);
    try {
      switch (measure) {
        case ADD -> AddMeasure.run(setting);
        case SEARCH -> SearchMeasure.run(setting);
        case REOPEN -> ReopenMeasure.run(setting);
        case LATENCY -> LatencyMeasure.run(setting, n, rate, seconds);
      }
    } finally {
      setting.forget();
      if (folder == null) {
        Files.deleteIfExists(at);
      }
    }
    return 0;
  }
}
