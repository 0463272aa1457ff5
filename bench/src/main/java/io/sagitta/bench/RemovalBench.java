package io.sagitta.bench;

import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What it costs to delete vectors one by one by their ids, in random order, from an index that is
 * made or read from a file: the first deletion, which makes the table of ids, and of all others the
 * median, the tail and the worst, with the number of the deletion. Compactions are in it. With
 * {@code --add-again} each vector is added under a new id after its deletion, and that is timed
 * too.
 */
@Command(
    name = "removal",
    mixinStandardHelpOptions = true,
    description = "Measures deletions one by one.")
public final class RemovalBench implements Callable<Integer> {
  private static final int WORST = 8;

  @Option(names = "--file", description = "file of an IDMap2 with ids 0..n-1, instead of --factory")
  private @Nullable Path file;

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

  @Option(names = "--add-again", description = "add each vector again; needs IDMap2")
  private boolean addAgain;

  /** Runs it; exit codes 0 done, 1 failed, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RemovalBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    for (int r = 0; r < rounds; r++) {
      if (file != null) {
        try (Index index = IndexIO.read(file)) {
          round(r, index, LongStream.range(0, index.ntotal()).toArray());
        }
      } else {
        try (Index index = IndexFactory.create(d, factory, MetricType.L2);
            Arena arena = Arena.ofShared()) {
          Vectors base = SyntheticData.make(n, d, 1338, 0, arena);
          long[] ids = LongStream.range(0, n).map(i -> 1_000_000_000L + 7 * i).toArray();
          index.train(base);
          index.addWithIds(base, ids);
          round(r, index, ids);
        }
      }
    }
    return 0;
  }

  private void round(int r, Index index, long[] ids) {
    int count = Math.min(removals, ids.length);
    long unused = Arrays.stream(ids).max().orElse(-1) + 1;
    SplittableRandom random = new SplittableRandom(r);
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(ids.length - i);
      long t = ids[i];
      ids[i] = ids[j];
      ids[j] = t;
    }
    long collected = collectionMillis();
    double[] removed = new double[count];
    double[] added = new double[addAgain ? count : 0];
    for (int i = 0; i < count; i++) {
      float[] vector = addAgain ? index.reconstruct(ids[i]) : new float[0];
      IDSelectorArray one = new IDSelectorArray(ids[i]);
      long start = System.nanoTime();
      if (index.removeIds(one) != 1) {
        throw new IllegalStateException("id " + ids[i] + " was not removed");
      }
      removed[i] = (System.nanoTime() - start) * 1e-3;
      if (addAgain) {
        long[] id = {unused + i};
        start = System.nanoTime();
        index.addWithIds(vector, id);
        added[i] = (System.nanoTime() - start) * 1e-3;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s, %d x %d; %d ms of garbage collection%n",
        file == null ? factory : file.getFileName(),
        ids.length,
        index.d(),
        collectionMillis() - collected);
    print("deletions", removed);
    if (addAgain) {
      print("additions", added);
    }
  }

  private static void print(String what, double[] micros) {
    double[] rest = Arrays.copyOfRange(micros, Math.min(1, micros.length), micros.length);
    if (rest.length == 0) {
      return;
    }
    Arrays.sort(rest);
    Integer[] worst = IntStream.range(1, micros.length).boxed().toArray(Integer[]::new);
    Arrays.sort(worst, Comparator.comparingDouble(i -> -micros[i]));
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(WORST, worst.length); i++) {
      text.append(String.format(Locale.ROOT, " %d (%.0f)", worst[i], micros[worst[i]]));
    }
    System.out.printf(
        Locale.ROOT,
        "  %d %s: the first %.0f us; the others %.1f us median, %.1f mean, %.1f p90, %.1f p99, %.0f"
            + " p99.9, %.0f worst; the worst, number (us):%s%n",
        micros.length,
        what,
        micros[0],
        Spread.quantile(rest, 0.5),
        Arrays.stream(rest).average().orElse(0),
        Spread.quantile(rest, 0.9),
        Spread.quantile(rest, 0.99),
        Spread.quantile(rest, 0.999),
        rest[rest.length - 1],
        text);
  }

  private static long collectionMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
