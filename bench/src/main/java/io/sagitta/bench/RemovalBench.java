package io.sagitta.bench;

import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import java.lang.foreign.Arena;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What it costs to delete vectors one by one by their ids, in random order: the first deletion,
 * which makes the table of ids, and of all others the median, the tail and the worst, with the
 * number of the deletion. Compactions are in it.
 */
@Command(
    name = "removal",
    mixinStandardHelpOptions = true,
    description = "Measures deletions one by one.")
public final class RemovalBench implements Callable<Integer> {
  private static final int WORST = 8;

  @Option(names = "--factory", defaultValue = "IDMap,Flat", description = "the index")
  private String factory = "IDMap,Flat";

  @Option(names = "-n", defaultValue = "1000000", description = "vectors")
  private int n = 1_000_000;

  @Option(names = "-d", defaultValue = "128", description = "dimension")
  private int d = 128;

  @Option(names = "--removals", defaultValue = "700000", description = "deletions")
  private int removals = 700_000;

  @Option(names = "--rounds", defaultValue = "2", description = "indexes; the first warms up")
  private int rounds = 2;

  /** Runs it; exit codes 0 done, 1 failed, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RemovalBench()).execute(args));
  }

  @Override
  public Integer call() {
    Vectors base = SyntheticData.make(n, d, 1338, 0, Arena.ofAuto());
    long[] ids = LongStream.range(0, n).map(i -> 1_000_000_000L + 7 * i).toArray();
    for (int r = 0; r < rounds; r++) {
      try (Index index = IndexFactory.create(d, factory, MetricType.L2)) {
        index.train(base);
        index.addWithIds(base, ids);
        round(r, index, ids);
      }
    }
    return 0;
  }

  private void round(int r, Index index, long[] ids) {
    int[] order = IntStream.range(0, n).toArray();
    Random random = new Random(r);
    for (int i = 0; i < removals; i++) {
      int j = i + random.nextInt(n - i);
      int t = order[i];
      order[i] = order[j];
      order[j] = t;
    }
    long collected = collectionMillis();
    double[] micros = new double[removals];
    for (int i = 0; i < removals; i++) {
      IDSelectorArray one = new IDSelectorArray(ids[order[i]]);
      long start = System.nanoTime();
      if (index.removeIds(one) != 1) {
        throw new IllegalStateException("id " + ids[order[i]] + " was not removed");
      }
      micros[i] = (System.nanoTime() - start) * 1e-3;
    }
    Integer[] worst = IntStream.range(1, removals).boxed().toArray(Integer[]::new);
    Arrays.sort(worst, Comparator.comparingDouble(i -> -micros[i]));
    double[] rest = Arrays.copyOfRange(micros, 1, removals);
    Arrays.sort(rest);
    System.out.printf(
        Locale.ROOT,
        "%s, %d x %d, %d deletions: the first %.0f us; the others %.1f us median, %.1f mean, %.1f"
            + " p99, %.0f p99.9, %.0f worst; %d ms of garbage collection%n",
        factory,
        n,
        d,
        removals,
        micros[0],
        Spread.quantile(rest, 0.5),
        Arrays.stream(rest).average().orElse(0),
        Spread.quantile(rest, 0.99),
        Spread.quantile(rest, 0.999),
        rest[rest.length - 1],
        collectionMillis() - collected);
    StringBuilder text = new StringBuilder("  the worst, number (us):");
    for (int i = 0; i < Math.min(WORST, worst.length); i++) {
      text.append(String.format(Locale.ROOT, " %d (%.0f)", worst[i], micros[worst[i]]));
    }
    System.out.println(text);
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
