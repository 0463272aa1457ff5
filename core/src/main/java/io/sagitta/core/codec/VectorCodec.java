package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How a vector becomes a code of fixed size, and how far a query is from a code: the storage seam.
 * Flat indexes, graphs and inverted lists are written against it once, for raw floats, scalar
 * quantization, product quantization and whatever comes after.
 *
 * <p>After training a codec is immutable: everything but {@link #train} is safe for all threads.
 * Codes have FAISS's layout, so that files need no conversion.
 */
public interface VectorCodec {
  /** Dimension of the vectors. */
  int d();

  /** Bytes of a code. */
  int codeSize();

  /** Whether {@link #encode} can be called. */
  boolean isTrained();

  /** Learns from n × d vectors; nothing to do for codecs without parameters. */
  void train(Vectors x, ProgressListener listener);

  /**
   * Encodes.
   *
   * @param x n × d
   * @param codes receives n·codeSize bytes at byte {@code offset}
   */
  void encode(Vectors x, MemorySegment codes, long offset);

  /**
   * Decodes.
   *
   * @param n number of codes
   * @param codes n·codeSize bytes at byte {@code offset}
   * @param out receives n × d floats at byte {@code outOffset}
   */
  void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset);

  /**
   * Decodes n codes one after the other on the calling thread; for scans that decode as they go.
   * May round otherwise than {@link #decode}, within one unit in the last place of a step.
   *
   * @param out receives n × d floats from 0 on
   */
  default void decodeRows(int n, MemorySegment codes, long offset, float[] out) {
    decode(n, codes, offset, MemorySegment.ofArray(out), 0);
  }

  /**
   * A new scorer; one per thread.
   *
   * @throws IllegalArgumentException if the codec cannot measure this metric
   */
  CodeScorer scorer(MetricType metric, float metricArg);

  /**
   * The layout in which an index should keep the codes, or null when they lie one after the other.
   * A block of n vectors takes exactly n·codeSize bytes.
   */
  default @Nullable CodeBlocks blocks() {
    return null;
  }

  /** A copy that may be trained apart. */
  VectorCodec copy();
}
