package io.sagitta.ivf;

import java.util.concurrent.atomic.LongAdder;

/**
 * What searches of one index did since the last {@link #reset()} (FAISS {@code IndexIVFStats}).
 *
 * <p>Safe for all threads; the numbers are sums, not a consistent picture while searches run.
 */
public final class IvfStats {
  private final LongAdder queries = new LongAdder();
  private final LongAdder lists = new LongAdder();
  private final LongAdder codes = new LongAdder();
  private final LongAdder quantizationNanos = new LongAdder();
  private final LongAdder searchNanos = new LongAdder();

  IvfStats() {}

  /** One query ended. */
  void count(int listsVisited, long codesScored) {
    queries.increment();
    lists.add(listsVisited);
    codes.add(codesScored);
  }

  /** A batch ended. */
  void countBatch(long n, long listsVisited, long codesScored) {
    queries.add(n);
    lists.add(listsVisited);
    codes.add(codesScored);
  }

  void time(long quantization, long search) {
    quantizationNanos.add(quantization);
    searchNanos.add(search);
  }

  /** Queries searched. */
  public long queries() {
    return queries.sum();
  }

  /** Non-empty lists visited. */
  public long lists() {
    return lists.sum();
  }

  /** Codes whose distance was computed. */
  public long codes() {
    return codes.sum();
  }

  /** Time of coarse searches, in nanoseconds of their callers. */
  public long quantizationNanos() {
    return quantizationNanos.sum();
  }

  /** Time of list scans, in nanoseconds of their callers. */
  public long searchNanos() {
    return searchNanos.sum();
  }

  /** Sets everything to 0. */
  public void reset() {
    queries.reset();
    lists.reset();
    codes.reset();
    quantizationNanos.reset();
    searchNanos.reset();
  }
}
