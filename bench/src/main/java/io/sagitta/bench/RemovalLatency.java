package io.sagitta.bench;

import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long it takes to remove one vector by its id from an index under an id map, and to add one:
 * microseconds, quantiles over calls, the first removal (which makes the table of ids) apart.
 */
@Command(name = "removal-latency", description = "Measures removal of single ids.")
public final class RemovalLatency implements Callable<Integer> {
  @Option(names = "--file", required = true, description = "file of an IDMap2, ids 0..n-1")
  private Path file = Path.of("");

  @Option(names = "--count", defaultValue = "4000", description = "removals; the first half warms")
  private int count = 4000;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RemovalLatency()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    try (Index index = IndexIO.read(file)) {
      long n = index.ntotal();
      long[] ids = new SplittableRandom(3).longs(0, n).distinct().limit(count).toArray();
      float[][] removed = new float[count][];
      for (int i = 0; i < count; i++) {
        removed[i] = index.reconstruct(i);
      }
      double[] removals = new double[count];
      double[] adds = new double[count];
      for (int i = 0; i < count; i++) {
        IDSelectorArray one = new IDSelectorArray(ids[i]);
        long start = System.nanoTime();
        long gone = index.removeIds(one);
        removals[i] = (System.nanoTime() - start) * 1e-3;
        if (gone != 1) {
          throw new IllegalStateException("id " + ids[i] + " was removed " + gone + " times");
        }
        start = System.nanoTime();
        index.addWithIds(removed[i], new long[] {n + i});
        adds[i] = (System.nanoTime() - start) * 1e-3;
      }
      System.out.printf(Locale.ROOT, "%d vectors; first removal %.0f us%n", n, removals[0]);
      print("remove", removals);
      print("add", adds);
    }
    return 0;
  }

  private static void print(String what, double[] all) {
    double[] v = Arrays.copyOfRange(all, all.length / 2, all.length);
    Arrays.sort(v);
    System.out.printf(
        Locale.ROOT,
        "%s us: median %.1f  p90 %.1f  p99 %.1f  max %.1f  mean %.1f%n",
        what,
        Spread.quantile(v, 0.5),
        Spread.quantile(v, 0.9),
        Spread.quantile(v, 0.99),
        v[v.length - 1],
        Arrays.stream(v).average().orElse(0));
  }
}
