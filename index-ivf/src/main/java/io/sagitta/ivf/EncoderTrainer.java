package io.sagitta.ivf;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Trains the codec of the lists, on FAISS's sample and on residuals where codes are residuals. */
final class EncoderTrainer {
  private static final long SEED = 1234;

  private EncoderTrainer() {}

  /** The trained state; the quantizer is trained already. */
  static IvfState train(IndexIVF index, IvfState state, Vectors x, ProgressListener listener) {
    try (Arena arena = Arena.ofShared()) {
      Vectors sample = sample(x, index.encoderTrainingSize(), arena);
      long[] lists =
          index.byResidual() ? CoarseAssignment.nearest(index.quantizer(), sample) : new long[0];
      return trainAssigned(index, state, sample, lists, listener);
    }
  }

  /**
   * The trained state, of a sample whose lists are given.
   *
   * @param lists of the sample; not looked at where codes are not of residuals
   */
  static IvfState trainAssigned(
      IndexIVF index, IvfState state, Vectors sample, long[] lists, ProgressListener listener) {
    try (Arena arena = Arena.ofShared()) {
      VectorCodec codec = state.codec.copy();
      Vectors source = sample;
      if (index.byResidual()) {
        MemorySegment residuals = arena.allocate(sample.n() * sample.rowBytes(), 64);
        CoarseAssignment.residuals(index.quantizer(), sample, lists, residuals);
        source = new Vectors(sample.n(), sample.d(), residuals);
      }
      codec.train(source, listener);
      Object extra = index.extraAfterTraining(codec, source, listener);
      return state.withTraining(codec, extra);
    }
  }

  /** FAISS's sample of at most {@code most} rows (0 = all), in the arena or x itself. */
  static Vectors sample(Vectors x, long most, Arena arena) {
    if (most <= 0 || x.n() <= most) {
      return x;
    }
    int[] rows = RandomData.permutationPrefix(Math.toIntExact(x.n()), (int) most, SEED);
    MemorySegment out = arena.allocate(most * x.rowBytes(), 64);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(x.data(), x.offset(rows[i]), out, x.offset(i), x.rowBytes());
    }
    return new Vectors(most, x.d(), out);
  }
}
