package io.sagitta.bench;

import io.sagitta.bench.library.Searcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets searchers take turns, so that a machine that slows down slows all of them: A B C, C B A, …
 * After a warm-up every round runs each searcher once for at least the wanted time.
 */
public final class Pairing {
  private final double warmupSeconds;
  private final double minSeconds;
  private final int rounds;

  /**
   * @param warmupSeconds spent on each searcher before anything counts
   * @param minSeconds least length of one timed run
   * @param rounds timed runs of each
   */
  public Pairing(double warmupSeconds, double minSeconds, int rounds) {
    this.warmupSeconds = warmupSeconds;
    this.minSeconds = minSeconds;
    this.rounds = rounds;
  }

  /**
   * What one searcher reached.
   *
   * @param rates queries per second, one per round
   * @param ids the answer of the last pass
   * @param micros sorted latencies of single queries in microseconds, all rounds; empty for batches
   */
  public record Result(double[] rates, long[] ids, double[] micros) {
    /** Median and quartiles of the queries per second. */
    public Spread rate() {
      return Spread.of(rates);
    }

    /** A latency quantile in microseconds; 0 for batches. */
    public double latency(double q) {
      return micros.length == 0 ? 0 : Spread.quantile(micros, q);
    }

    /** Round by round, this one's speed over the other's. */
    public Spread over(Result other) {
      double[] ratio = new double[rates.length];
      for (int i = 0; i < ratio.length; i++) {
        ratio[i] = rates[i] / other.rates[i];
      }
      return Spread.of(ratio);
    }
  }

  /** Runs them all over {@code queries} queries. */
  public Map<String, Result> run(long queries, Map<String, Searcher> searchers) {
    List<String> names = new ArrayList<>(searchers.keySet());
    Map<String, Integer> passes = new LinkedHashMap<>();
    searchers.forEach((name, s) -> passes.put(name, calibrate(s)));
    Map<String, double[]> rates = new LinkedHashMap<>();
    Map<String, List<long[]>> nanos = new LinkedHashMap<>();
    for (String name : names) {
      rates.put(name, new double[rounds]);
      nanos.put(name, new ArrayList<>());
    }
    for (int r = 0; r < rounds; r++) {
      List<String> order = r % 2 == 0 ? names : names.reversed();
      for (String name : order) {
        Searcher s = searchers.get(name);
        int p = passes.get(name);
        double seconds = s.seconds(p);
        rates.get(name)[r] = (double) queries * p / seconds;
        if (s.nanos().length > 0) {
          nanos.get(name).add(s.nanos());
        }
      }
    }
    Map<String, Result> out = new LinkedHashMap<>();
    for (String name : names) {
      double[] micros =
          nanos.get(name).stream()
              .flatMapToLong(Arrays::stream)
              .mapToDouble(n -> n * 1e-3)
              .sorted()
              .toArray();
      out.put(name, new Result(rates.get(name), searchers.get(name).ids(), micros));
    }
    return out;
  }

  private int calibrate(Searcher searcher) {
    double spent = 0;
    double last;
    do {
      last = searcher.seconds(1);
      spent += last;
    } while (spent < warmupSeconds);
    return (int) Math.max(1, Math.ceil(minSeconds / last));
  }
}
