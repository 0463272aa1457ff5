package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.linalg.WalshHadamard;
import io.sagitta.core.random.SplitMix64;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A fast pseudo-random rotation: three rounds of seeded sign changes and Walsh–Hadamard transforms,
 * in p = the next power of two dimensions. The same as FAISS's for the same seed, bit for bit.
 * Learns nothing. Threads: as {@link VectorTransform} says.
 */
public final class HadamardRotation extends VectorTransform {
  /** FAISS's default seed. */
  public static final int DEFAULT_SEED = 12345;

  private static final int ROUNDS = 3;

  private final int seed;
  private final float[][] signs = new float[ROUNDS][];
  private final float scale;
  private final Reuse<float[]> scratch;

  /**
   * @param d dimension of the input; the output has the next power of two
   * @param seed 32 bits
   */
  public HadamardRotation(int d, int seed) {
    super(d, paddedDimension(d));
    this.seed = seed;
    int p = dOut();
    SplitMix64 random = new SplitMix64(seed & 0xffffffffL);
    for (int round = 0; round < ROUNDS; round++) {
      signs[round] = new float[p];
      for (int j = 0; j < p; j++) {
        signs[round][j] = random.nextInt(2) == 0 ? -1f : 1f;
      }
    }
    scale = 1f / (p * (float) Math.sqrt(p));
    scratch = new Reuse<>(() -> new float[p]);
  }

  /** The smallest power of two that is at least d. */
  public static int paddedDimension(int d) {
    return d <= 1 ? 1 : Integer.highestOneBit(d - 1) << 1;
  }

  /** The seed. */
  public int seed() {
    return seed;
  }

  @Override
  public boolean isTrained() {
    return true;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    // Nothing to learn.
  }

  @Override
  void map(Vectors x, MemorySegment out) {
    int p = dOut();
    float[] y = scratch.take();
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), y, 0, dIn());
      Arrays.fill(y, dIn(), p, 0f);
      for (float[] round : signs) {
        for (int j = 0; j < p; j++) {
          y[j] *= round[j];
        }
        WalshHadamard.transform(y, 0, p);
      }
      for (int j = 0; j < p; j++) {
        y[j] *= scale;
      }
      MemorySegment.copy(y, 0, out, Vectors.FLOAT, i * p * 4, p);
    }
    scratch.give(y);
  }

  @Override
  void unmap(Vectors x, MemorySegment out) {
    int p = dOut();
    float[] y = scratch.take();
    for (long i = 0; i < x.n(); i++) {
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), y, 0, p);
      for (int round = ROUNDS - 1; round >= 0; round--) {
        WalshHadamard.transform(y, 0, p);
        for (int j = 0; j < p; j++) {
          y[j] *= signs[round][j];
        }
      }
      for (int j = 0; j < p; j++) {
        y[j] *= scale;
      }
      MemorySegment.copy(y, 0, out, Vectors.FLOAT, i * dIn() * 4, dIn());
    }
    scratch.give(y);
  }

  @Override
  boolean sameValues(VectorTransform other) {
    return seed == ((HadamardRotation) other).seed;
  }

  @Override
  public HadamardRotation copy() {
    return this;
  }
}
