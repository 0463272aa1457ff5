package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchKey;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a family of inverted files says of itself: how its codes are made and scanned, which
 * parameters it has, and what it keeps beside the lists. The defaults are those of plain codes.
 */
abstract class IvfFamily extends IvfBase {
  IvfFamily(
      Index quantizer,
      int d,
      int nlist,
      MetricType metric,
      float metricArg,
      boolean byResidual,
      IvfState first) {
    super(quantizer, d, nlist, metric, metricArg, byResidual, first);
  }

  /** A new scanner for one thread. */
  ListScanner scanner(IvfState s) {
    return new CodecScanner(quantizer(), s.codec, byResidual(), metricType(), metricArg());
  }

  /**
   * Encodes rows of one list.
   *
   * @param centroid the list's, empty when codes are of the vectors themselves
   * @param x the vectors, or their differences to the centroid
   */
  void encodeRows(IvfState s, float[] centroid, Vectors x, MemorySegment codes, long offset) {
    s.codec.encode(x, codes, offset);
  }

  /** Encodes rows of any lists; otherwise as {@link #encodeRows}. */
  void encode(IvfState s, long[] lists, Vectors x, MemorySegment codes) {
    s.codec.encode(x, codes, 0);
  }

  /** Search parameters this class has. */
  Set<SearchKey> searchKeys() {
    return SearchSettings.KEYS;
  }

  /** Refuses settings of a call that are out of this class's range. */
  void check(SearchSettings settings) {}

  /** Whether a batch may scan decoded lists as a matrix product. */
  boolean groups(IvfState s) {
    return true;
  }

  /** Queries a list that make {@link #groups} worth its while, on average. */
  int leastGroup() {
    return 2;
  }

  /**
   * Bytes of a list's code that a stand-alone code has: the first ones, from which the rest follow.
   */
  int standaloneSize(IvfState s) {
    return s.codec.codeSize();
  }

  /** How many vectors the encoder is trained on at most. */
  long encoderTrainingSize() {
    return 0;
  }

  /** An index of this class and these settings over another quantizer and state. */
  abstract IndexIVF sibling(Index newQuantizer, IvfState state);

  /** After the codec is trained: what else a state keeps. */
  @Nullable Object extraAfterTraining(VectorCodec codec, Vectors x, ProgressListener listener) {
    return null;
  }

  /** After vectors are added: what else a state keeps. */
  @Nullable Object extraAfterAdd(
      IvfState s, Vectors x, long @Nullable [] ids, long @Nullable [] lists) {
    return s.extra;
  }

  /** What the union of two states keeps. */
  @Nullable Object mergedExtra(IvfState to, IvfState from) {
    return to.extra;
  }

  /** Whether vectors can only be read, because of what a subclass keeps beside the lists. */
  boolean sealed() {
    return false;
  }

  /** Refuses verbs that would leave what a subclass keeps beside the lists behind. */
  void requireUpdatable() {}

  /** An empty {@code extra} for a state without vectors. */
  @Nullable Object emptied(@Nullable Object extra) {
    return extra;
  }
}
