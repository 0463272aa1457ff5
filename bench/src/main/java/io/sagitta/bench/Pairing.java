package io.sagitta.bench;

import io.sagitta.bench.library.Searcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets searchers take turns, so that a machine that slows down slows all of them: A B C, C B A, …
 * After a warm-up every round runs each searcher once for at least the wanted time. What uses one
 * thread has one core for itself, the same for all searchers of a round, the next in the next round
 * ({@link Cores}).
 */
public final class Pairing {
  /** A pass that takes less than this part of the fastest shows that the compiler is at work. */
  private static final double FASTER = 0.95;

  /** Warm-up ends after so many times the wanted time. */
  private static final double MOST = 10;

  private final double warmupSeconds;
  private final double minSeconds;
  private final int rounds;
  private final Cores cores = Cores.allowed();

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
   * @param allocated bytes on the Java heap a query, all rounds; NaN where nobody counts
   */
  public record Result(double[] rates, long[] ids, double[] micros, double allocated) {
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

  /** One searcher's turns. */
  @SuppressWarnings("ArrayRecordComponent") // filled turn by turn
  private record Lane(
      String name,
      Searcher searcher,
      int passes,
      double[] rates,
      List<long[]> nanos,
      double[] allocated) {}

  /**
   * Runs them all over {@code queries} queries.
   *
   * @param threads that each of them uses
   */
  public Map<String, Result> run(long queries, int threads, Map<String, Searcher> searchers) {
    List<Lane> lanes = new ArrayList<>();
    searchers.forEach(
        (name, s) ->
            lanes.add(
                new Lane(
                    name,
                    s,
                    calibrate(s),
                    new double[rounds],
                    new ArrayList<>(),
                    new double[rounds])));
    boolean pinned = threads == 1 && cores.several();
    for (int r = 0; r < rounds; r++) {
      int turn = r;
      if (pinned) {
        lanes.forEach(lane -> cores.pin(lane.searcher.pid(), turn));
      }
      for (Lane lane : r % 2 == 0 ? lanes : lanes.reversed()) {
        double seconds = lane.searcher.seconds(lane.passes);
        lane.rates[r] = (double) queries * lane.passes / seconds;
        long bytes = lane.searcher.allocated();
        lane.allocated[r] = bytes < 0 ? Double.NaN : (double) bytes / queries / lane.passes;
        if (lane.searcher.nanos().length > 0) {
          lane.nanos.add(lane.searcher.nanos());
        }
      }
    }
    if (pinned) {
      lanes.forEach(lane -> cores.free(lane.searcher.pid()));
    }
    Map<String, Result> out = new LinkedHashMap<>();
    for (Lane lane : lanes) {
      double[] micros =
          lane.nanos.stream()
              .flatMapToLong(Arrays::stream)
              .mapToDouble(n -> n * 1e-3)
              .sorted()
              .toArray();
      out.put(
          lane.name,
          new Result(
              lane.rates,
              lane.searcher.ids(),
              micros,
              Arrays.stream(lane.allocated).average().orElse(Double.NaN)));
    }
    return out;
  }

  /**
   * Warms up until the wanted time has passed and the last passes, half that time and at least
   * three, were not faster than those before: the first pass of a JVM that interprets the Vector
   * API takes longer than a whole warm-up should.
   */
  private int calibrate(Searcher searcher) {
    double spent = 0;
    double best = Double.MAX_VALUE;
    double sinceBest = 0;
    double last;
    do {
      last = searcher.seconds(1);
      spent += last;
      sinceBest += last;
      if (last < FASTER * best) {
        best = last;
        sinceBest = 0;
      }
    } while (spent < MOST * warmupSeconds
        && (spent < warmupSeconds || sinceBest < 3 * best || sinceBest < warmupSeconds / 2));
    return (int) Math.max(1, Math.ceil(minSeconds / last));
  }
}
