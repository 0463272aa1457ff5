package io.sagitta.ivf;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Trains the codec of the lists, on FAISS's sample and on residuals where codes are residuals. */
final class EncoderTrainer {
  private static final long SEED = 1234;

  private EncoderTrainer() {}

  /** The trained state; the quantizer is trained already. */
  static IvfState train(IndexIVF index, IvfState state, Vectors x, ProgressListener listener) {
    try (Arena arena = Arena.ofShared()) {
      Vectors sample = sample(index, x, arena);
      VectorCodec codec = state.codec.copy();
      long @Nullable [] lists = null;
      Vectors source = sample;
      if (index.byResidual()) {
        lists = CoarseAssignment.nearest(index.quantizer(), sample);
        MemorySegment residuals = arena.allocate(sample.n() * sample.rowBytes(), 64);
        CoarseAssignment.residuals(index.quantizer(), sample, lists, residuals);
        source = new Vectors(sample.n(), sample.d(), residuals);
      }
      codec.train(source, listener);
      Object extra = index.extraAfterTraining(codec, source, listener);
      return state.withTraining(codec, extra);
    }
  }

  private static Vectors sample(IndexIVF index, Vectors x, Arena arena) {
    long most = index.encoderTrainingSize();
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
