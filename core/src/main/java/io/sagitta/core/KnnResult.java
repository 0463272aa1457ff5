package io.sagitta.core;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The k nearest of each query: nq × k, best first. Smaller-is-better metrics ascend by (distance,
 * id); similarities descend by (score, id), as FAISS orders them. {@link #count(int)} says how many
 * of a query's k are real; ids beyond it are −1 only inside the FAISS-shaped {@link #labels()}.
 *
 * <p>A holder to be filled by {@link Index#searchInto}; not safe while a search fills it, otherwise
 * freely readable. On heap: nq·k·12 + nq·4 bytes.
 */
public final class KnnResult {
  private int nq;
  private int k;
  private float[] distances = new float[0];
  private long[] labels = new long[0];
  private int[] counts = new int[0];
  private final AtomicLong visited = new AtomicLong();
  private final AtomicLong visitedBytes = new AtomicLong();

  /** An empty holder for {@link Index#searchInto}. */
  public KnnResult() {}

  /** A holder sized for nq × k. */
  public KnnResult(long nq, int k) {
    prepare(nq, k);
  }

  /**
   * Makes room for nq × k and marks every query as empty. Keeps the arrays when they are large
   * enough.
   *
   * @throws IllegalArgumentException if k &lt; 1, or nq·k does not fit into an array
   */
  public void prepare(long nq, int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k = " + k + " must be at least 1");
    }
    if (nq < 0 || nq > (Integer.MAX_VALUE - 8) / k) {
      throw new IllegalArgumentException(
          "a result of " + nq + " queries x k = " + k + " does not fit; search in smaller batches");
    }
    int size = (int) nq * k;
    if (distances.length < size) {
      distances = new float[size];
      labels = new long[size];
    }
    if (counts.length < nq) {
      counts = new int[(int) nq];
    }
    this.nq = (int) nq;
    this.k = k;
    Arrays.fill(counts, 0, this.nq, 0);
    visited.set(0);
    visitedBytes.set(0);
  }

  /** Number of queries. */
  public int nq() {
    return nq;
  }

  /** Results asked for per query. */
  public int k() {
    return k;
  }

  /** How many real results query q has, 0..k. */
  public int count(int q) {
    return counts[check(q)];
  }

  /**
   * Id of query q's i-th result.
   *
   * @throws IndexOutOfBoundsException unless 0 ≤ i &lt; count(q)
   */
  public long id(int q, int i) {
    return labels[at(q, i)];
  }

  /** Distance (or score) of query q's i-th result; bounds as {@link #id}. */
  public float distance(int q, int i) {
    return distances[at(q, i)];
  }

  /** The FAISS-shaped ids, nq × k row-major, −1 where there is no result. A copy. */
  public long[] labels() {
    return Arrays.copyOf(labels, nq * k);
  }

  /** The FAISS-shaped distances, nq × k row-major, ±FLT_MAX where there is no result. A copy. */
  public float[] distances() {
    return Arrays.copyOf(distances, nq * k);
  }

  /**
   * How many times the search compared a query with a stored vector, as far as the index counts it;
   * 0 if it does not.
   */
  public long visited() {
    return visited.get();
  }

  /** Bytes of the codes behind {@link #visited()}. */
  public long visitedBytes() {
    return visitedBytes.get();
  }

  /** Counts comparisons and their bytes; for indexes, from any of a search's threads. */
  public void addVisited(long comparisons, long bytes) {
    visited.getAndAdd(comparisons);
    visitedBytes.getAndAdd(bytes);
  }

  /** Backing ids, position q·k + i; for indexes that fill or translate a result in place. */
  public long[] rawLabels() {
    return labels;
  }

  /** Backing distances, position q·k + i; for indexes that fill a result in place. */
  public float[] rawDistances() {
    return distances;
  }

  /**
   * Closes query q: {@code count} entries are real, the rest is padded with −1 and {@code worst}.
   * For indexes.
   */
  public void finish(int q, int count, float worst) {
    counts[check(q)] = count;
    int base = q * k;
    Arrays.fill(labels, base + count, base + k, -1L);
    Arrays.fill(distances, base + count, base + k, worst);
  }

  private int check(int q) {
    if (q < 0 || q >= nq) {
      throw new IndexOutOfBoundsException("query " + q + " is not in [0, " + nq + ")");
    }
    return q;
  }

  private int at(int q, int i) {
    if (i < 0 || i >= count(q)) {
      throw new IndexOutOfBoundsException(
          "result " + i + " of query " + q + " is not in [0, " + count(q) + ")");
    }
    return q * k + i;
  }
}
