package io.sagitta.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Searches until the JIT compiler has done its work: for servers, before they say that they are
 * ready. A fresh JVM interprets its first searches, which then take tens of times as long.
 *
 * <p>Runs in rounds of at least 50 ms and stops when ten rounds in a row were no more than 5 %
 * faster than the best before them, or when the time is over, or when the thread is interrupted
 * (its flag stays set). What is warmed up is what the queries use: the same index, k, parameters
 * and form, one by one or in batches, as later; a mapped file's pages are read in the same go. The
 * index does not change. Safe beside any other use of the index.
 *
 * @param rounds that were run
 * @param searches queries answered
 * @param firstMicros mean time of a query in the first round, microseconds
 * @param lastMicros mean time of a query in the last round, microseconds
 * @param isSteady whether it stopped because rounds became no faster
 */
public record WarmUp(
    int rounds, long searches, double firstMicros, double lastMicros, boolean isSteady) {
  private static final long ROUND_NANOS = 50_000_000;
  private static final int STEADY_ROUNDS = 10;
  private static final double GAIN = 0.95;

  /**
   * Queries one at a time on the calling thread.
   *
   * @param queries n × d, at least one; realistic ones, since branches are compiled for what they
   *     meet
   * @param k results per query
   * @param parameters as later
   * @param limit longest time
   * @throws IllegalArgumentException if there is no query, or as {@link Index#search}
   */
  public static WarmUp oneByOne(
      Index index, Vectors queries, int k, SearchParameters parameters, Duration limit) {
    List<Vectors> single = new ArrayList<>();
    for (long q = 0; q < Math.min(queries.n(), 1024); q++) {
      single.add(queries.slice(q, 1));
    }
    return run(index, single, k, parameters, limit);
  }

  /** Batches of all queries, otherwise as {@link #oneByOne}. */
  public static WarmUp batches(
      Index index, Vectors queries, int k, SearchParameters parameters, Duration limit) {
    return run(index, queries.n() == 0 ? List.of() : List.of(queries), k, parameters, limit);
  }

  private static WarmUp run(
      Index index, List<Vectors> calls, int k, SearchParameters parameters, Duration limit) {
    if (calls.isEmpty()) {
      throw new IllegalArgumentException("no query to warm up with");
    }
    long end = System.nanoTime() + limit.toNanos();
    KnnResult result = new KnnResult();
    double first = 0;
    double last;
    double best = Double.MAX_VALUE;
    long searches = 0;
    int rounds = 0;
    int idle = 0;
    int next = 0;
    do {
      long start = System.nanoTime();
      long done = 0;
      long now;
      do {
        Vectors call = calls.get(next);
        next = next + 1 == calls.size() ? 0 : next + 1;
        index.searchInto(call, k, parameters, result);
        done += call.n();
        now = System.nanoTime();
      } while (now - start < ROUND_NANOS
          && now - end < 0
          && !Thread.currentThread().isInterrupted());
      last = (now - start) * 1e-3 / done;
      first = rounds == 0 ? last : first;
      searches += done;
      rounds++;
      idle = last < best * GAIN ? 0 : idle + 1;
      best = Math.min(best, last);
    } while (idle < STEADY_ROUNDS
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted());
    return new WarmUp(rounds, searches, first, last, idle >= STEADY_ROUNDS);
  }
}
