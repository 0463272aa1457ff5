package io.sagitta.core.transform;

import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** FAISS's {@code fvecs_maybe_subsample}: the rows a transform is trained on. Stateless. */
final class TrainingSample {
  private static final long SEED = 1234;

  private TrainingSample() {}

  /** All rows, or the first {@code most} of a seeded permutation, in memory of the collector. */
  static Vectors of(Vectors x, long most) {
    if (x.n() <= most) {
      return x;
    }
    if (x.n() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(x.n() + " rows are more than training takes (2^31 - 1)");
    }
    int[] rows = RandomData.permutationPrefix((int) x.n(), (int) most, SEED);
    MemorySegment data = Arena.ofAuto().allocate(rows.length * x.rowBytes(), 64);
    for (int i = 0; i < rows.length; i++) {
      MemorySegment.copy(x.data(), x.offset(rows[i]), data, x.offset(i), x.rowBytes());
    }
    return new Vectors(rows.length, x.d(), data);
  }
}
