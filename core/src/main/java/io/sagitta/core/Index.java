package io.sagitta.core;

import io.sagitta.core.collect.ResultCollector;
import java.lang.foreign.MemorySegment;

/**
 * A searchable set of float vectors, with FAISS's verbs.
 *
 * <p><b>Shapes.</b> Vectors are row-major float32 views ({@link Vectors}, n × d). Every verb has
 * one implementation over such a view; array forms are defaults. {@code add} copies.
 *
 * <p><b>Threads.</b> Any thread may search while another adds, removes, trains or resets; writers
 * exclude each other. A search runs on the state published when it began (vectors, ids and count as
 * one), so it never mixes two numberings, never sees half a vector and never fails because of a
 * writer. {@link #snapshot()} gives a cheap read view of one state. One query runs on its caller's
 * thread; batches use {@link Parallelism}, and results do not depend on it.
 *
 * <p><b>Freeing.</b> {@link #close()} waits for running searches and frees all off-heap memory;
 * calls after it throw {@link IllegalStateException}.
 *
 * <p><b>Errors.</b> {@link IllegalArgumentException} names a bad value and its bound; {@link
 * IllegalStateException} an untrained or closed index; {@link UnsupportedOperationException} class
 * and verb where an index does not have a verb. A failed or cancelled writer leaves the index as
 * before.
 *
 * <p>Source: FAISS {@code Index}.
 */
public interface Index extends AutoCloseable {
  /** Dimension of the vectors. */
  int d();

  /** Number of vectors. */
  long ntotal();

  /** How vectors are compared. */
  MetricType metricType();

  /** The metric's argument (p of {@link MetricType#LP}); 0 when it has none. */
  float metricArg();

  /** Whether vectors can be added. */
  boolean isTrained();

  /**
   * Learns from a sample; nothing to do for indexes that need no training.
   *
   * @param x training vectors, n × d
   */
  void train(Vectors x, ProgressListener listener);

  /** {@link #train(Vectors, ProgressListener)} without a listener. */
  default void train(Vectors x) {
    train(x, ProgressListener.NONE);
  }

  /** Trains from an array of n·d floats. */
  default void train(float[] x) {
    train(Vectors.of(x, d()));
  }

  /**
   * Adds vectors under the ids ntotal, ntotal + 1, …
   *
   * @throws IllegalStateException if the index is not trained
   */
  void add(Vectors x, ProgressListener listener);

  /** {@link #add(Vectors, ProgressListener)} without a listener. */
  default void add(Vectors x) {
    add(x, ProgressListener.NONE);
  }

  /** Adds an array of n·d floats. */
  default void add(float[] x) {
    add(Vectors.of(x, d()));
  }

  /**
   * Adds vectors under given ids.
   *
   * @param ids one per vector
   * @throws UnsupportedOperationException if the index numbers its vectors itself
   */
  void addWithIds(Vectors x, long[] ids, ProgressListener listener);

  /** {@link #addWithIds(Vectors, long[], ProgressListener)} without a listener. */
  default void addWithIds(Vectors x, long[] ids) {
    addWithIds(x, ids, ProgressListener.NONE);
  }

  /** Adds an array of n·d floats under given ids. */
  default void addWithIds(float[] x, long[] ids) {
    addWithIds(Vectors.of(x, d()), ids);
  }

  /**
   * The k nearest of each query, into a holder that is resized and overwritten; allocates nothing
   * else once warm.
   *
   * @param queries nq × d
   * @param k results per query, ≥ 1; may exceed ntotal
   * @throws IllegalArgumentException for a wrong dimension, k &lt; 1, or parameters the index lacks
   */
  void searchInto(Vectors queries, int k, SearchParameters parameters, KnnResult out);

  /** The k nearest of each query. */
  default KnnResult search(Vectors queries, int k, SearchParameters parameters) {
    KnnResult out = new KnnResult();
    searchInto(queries, k, parameters, out);
    return out;
  }

  /** The k nearest of each query with the index's own settings. */
  default KnnResult search(Vectors queries, int k) {
    return search(queries, k, SearchParameters.NONE);
  }

  /** The k nearest of each query of an array of nq·d floats. */
  default KnnResult search(float[] queries, int k) {
    return search(Vectors.of(queries, d()), k, SearchParameters.NONE);
  }

  /** The k nearest of each query of an array of nq·d floats, with parameters. */
  default KnnResult search(float[] queries, int k, SearchParameters parameters) {
    return search(Vectors.of(queries, d()), k, parameters);
  }

  /**
   * One query into a collector of the caller's (FAISS {@code search1}).
   *
   * @param query 1 × d
   * @throws UnsupportedOperationException if the index has no such form
   */
  void searchWith(Vectors query, ResultCollector collector, SearchParameters parameters);

  /** All vectors closer than {@code radius} (similarities: scoring above it), strictly. */
  RangeResult rangeSearch(Vectors queries, float radius, SearchParameters parameters);

  /** {@link #rangeSearch(Vectors, float, SearchParameters)} with the index's own settings. */
  default RangeResult rangeSearch(Vectors queries, float radius) {
    return rangeSearch(queries, radius, SearchParameters.NONE);
  }

  /** {@link #rangeSearch(Vectors, float)} of an array of nq·d floats. */
  default RangeResult rangeSearch(float[] queries, float radius) {
    return rangeSearch(Vectors.of(queries, d()), radius);
  }

  /** Ids of the k nearest, nq × k, −1 where there are fewer (FAISS {@code assign}). */
  default long[] assign(Vectors queries, int k) {
    return search(queries, k).labels();
  }

  /**
   * The stored vector of an id, decoded.
   *
   * @param out receives d floats at byte {@code offset}
   * @throws IllegalArgumentException if there is no such id
   */
  void reconstruct(long id, MemorySegment out, long offset);

  /** The stored vector of an id, decoded. */
  default float[] reconstruct(long id) {
    float[] out = new float[d()];
    reconstruct(id, MemorySegment.ofArray(out), 0);
    return out;
  }

  /**
   * The vectors of ids [from, from + n), decoded.
   *
   * @param out receives n × d floats
   */
  void reconstructN(long from, long n, MemorySegment out);

  /** The vectors of ids [from, from + n) as n·d floats. */
  default float[] reconstructN(long from, int n) {
    float[] out = new float[Math.multiplyExact(n, d())];
    reconstructN(from, n, MemorySegment.ofArray(out));
    return out;
  }

  /** The vectors of given ids as ids.length × d floats. */
  float[] reconstructBatch(long[] ids);

  /** The k nearest of each query with their vectors. */
  KnnVectors searchAndReconstruct(Vectors queries, int k, SearchParameters parameters);

  /**
   * Removes all members of the selector.
   *
   * @return how many were removed
   * @throws UnsupportedOperationException if the index cannot remove
   */
  long removeIds(IDSelector selector);

  /**
   * Moves all vectors of another index here; the other one is empty afterwards.
   *
   * @param addId added to each id that moves, for indexes that store ids; otherwise it must be 0
   * @throws IllegalArgumentException if the two do not fit together
   */
  void mergeFrom(Index other, long addId);

  /** Removes all vectors, keeps what was trained. */
  void reset();

  /** Bytes of one code of the stand-alone codec. */
  long saCodeSize();

  /**
   * Encodes vectors without adding them.
   *
   * @param codes receives n·{@link #saCodeSize()} bytes
   */
  void saEncode(Vectors x, MemorySegment codes);

  /**
   * Decodes codes of {@link #saEncode}.
   *
   * @param n number of codes
   * @param codes n·{@link #saCodeSize()} bytes
   * @param out receives n × d floats
   */
  void saDecode(long n, MemorySegment codes, MemorySegment out);

  /**
   * Adds vectors that are encoded already.
   *
   * @param ids one per code, or an empty array to number them from ntotal
   */
  void addSaCodes(long n, MemorySegment codes, long[] ids);

  /**
   * x − reconstruct(id) for each row.
   *
   * @param ids one per row of x
   * @return n × d floats
   */
  float[] computeResidual(Vectors x, long[] ids);

  /** A deep copy with its own memory. */
  Index copy();

  /**
   * A read view of the present state, cheap to take (no vector is copied). Its reading verbs answer
   * from that state whatever happens to this index; its writing verbs throw {@link
   * UnsupportedOperationException}. Close it: memory it may see is not freed before.
   */
  Index snapshot();

  /** Off-heap bytes held at present (allocated, and mapped). */
  long offHeapBytes();

  /** Waits for running searches, then frees. A second call does nothing. */
  @Override
  void close();
}
