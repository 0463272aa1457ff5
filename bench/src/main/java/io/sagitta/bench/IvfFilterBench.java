package io.sagitta.bench;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.ivf.DirectMapType;
import io.sagitta.ivf.IndexIVF;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What a selector costs an inverted file, by the share of ids that pass: ids tested list by list
 * (no direct map), members looked up for each query anew, and members looked up once for all
 * queries with one selector. One thread, one query at a time, the three taking turns.
 */
@Command(
    name = "ivf-filter-bench",
    mixinStandardHelpOptions = true,
    description = "Measures filtered search in inverted files.")
public final class IvfFilterBench implements Callable<Integer> {
  private static final double[] SHARES = {1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5};

  @Option(names = "--factory", defaultValue = "IVF1024,Flat", description = "factory string")
  private String factory = "";

  @Option(names = "--n", defaultValue = "200000", description = "vectors of 128 dimensions")
  private int n;

  @Option(names = "--nprobe", defaultValue = "32", description = "lists a query visits")
  private int nprobe;

  @Option(names = "--rounds", defaultValue = "5", description = "rounds of each measurement")
  private int rounds;

  @Option(names = "--millis", defaultValue = "150", description = "length of a measurement")
  private long millis;

  private enum Way {
    TESTED,
    ANEW,
    KEPT
  }

  /** For picocli. */
  public IvfFilterBench() {}

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new IvfFilterBench()).execute(args));
  }

  @Override
  public Integer call() {
    Vectors x = SyntheticData.make(n, 128, 1338, 0, Arena.ofAuto());
    Vectors q = SyntheticData.make(1000, 128, 1338, 1, Arena.ofAuto());
    try (IndexIVF plain = (IndexIVF) IndexFactory.create(128, factory, MetricType.L2)) {
      plain.train(x.slice(0, Math.min(n, 100_000)), ProgressListener.NONE);
      plain.add(x, ProgressListener.NONE);
      try (IndexIVF mapped = (IndexIVF) plain.copy()) {
        mapped.setDirectMapType(DirectMapType.ARRAY);
        return Parallelism.of(1).call(() -> sweep(plain, mapped, q));
      }
    }
  }

  private int sweep(IndexIVF plain, IndexIVF mapped, Vectors q) {
    for (double share : SHARES) {
      long[] ids =
          new SplittableRandom(7).longs((long) Math.max(1, share * n), 0, n).distinct().toArray();
      double[][] figures = new double[Way.values().length][rounds];
      for (int r = -1; r < rounds; r++) {
        for (Way way : Way.values()) {
          double figure = measure(way == Way.TESTED ? plain : mapped, q, ids, way);
          if (r >= 0) {
            figures[way.ordinal()][r] = figure;
          }
        }
      }
      for (double[] f : figures) {
        Arrays.sort(f);
      }
      System.out.printf(
          Locale.ROOT,
          "%s nprobe %d share %.5f (%d ids): tested %.0f, looked up anew %.0f, kept %.0f q/s%n",
          factory,
          nprobe,
          share,
          ids.length,
          figures[0][rounds / 2],
          figures[1][rounds / 2],
          figures[2][rounds / 2]);
    }
    return 0;
  }

  private double measure(IndexIVF index, Vectors q, long[] ids, Way way) {
    IDSelector kept = new IDSelectorArray(ids);
    KnnResult out = new KnnResult();
    SearchParameters p = SearchParameters.builder().nprobe(nprobe).selector(kept).build();
    long begin = System.nanoTime();
    long end = begin + millis * 1_000_000;
    long done = 0;
    while (System.nanoTime() < end) {
      // A selector that is equal to none before it; that costs a copy and a sort of the ids.
      SearchParameters now = way == Way.ANEW ? p.withSelector(new IDSelectorArray(ids)) : p;
      index.searchInto(q.slice(done % q.n(), 1), 10, now, out);
      done++;
    }
    return done / ((System.nanoTime() - begin) / 1e9);
  }
}
