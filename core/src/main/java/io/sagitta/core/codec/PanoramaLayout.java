package io.sagitta.core.codec;

import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * Where Panorama keeps its floats: vectors in batches, each batch level by level, and beside them
 * the norm of what is left of each vector before each level.
 *
 * <p>With W = ⌈d/levels⌉ floats a level (the last one may be narrower, and there may be fewer
 * levels than asked for), the floats of level ℓ of the vector at place p of a batch of B start at
 * byte 4·(ℓ·W·B + p·w_ℓ) of the batch, and its tail norm before level ℓ is float ℓ·B + p of the
 * batch's norms; entry ℓ = levels is 0. A batch is B·d·4 bytes of codes and B·(levels + 1)·4 bytes
 * of norms.
 *
 * <p>Immutable; safe for all threads. Sources: "Panorama", arXiv 2510.00566; FAISS {@code
 * impl/Panorama}.
 */
public final class PanoramaLayout {
  /** FAISS's batch. */
  public static final int DEFAULT_BATCH = 1024;

  private final int d;
  private final int levels;
  private final int asked;
  private final int width;
  private final int batch;

  /**
   * @param d dimension
   * @param levels levels asked for, 1..d
   * @param batch vectors of a batch, ≥ 1
   * @throws IllegalArgumentException if levels or batch are out of range
   */
  public PanoramaLayout(int d, int levels, int batch) {
    if (levels < 1 || levels > d) {
      throw new IllegalArgumentException(
          "Panorama levels " + levels + " must be in [1, " + d + "]");
    }
    if (batch < 1 || (long) batch * (d + levels + 1) > Integer.MAX_VALUE / 4) {
      throw new IllegalArgumentException(
          "Panorama batch "
              + batch
              + " must be in [1, "
              + Integer.MAX_VALUE / 4 / (d + levels + 1)
              + "]");
    }
    this.d = d;
    asked = levels;
    this.batch = batch;
    width = (d + levels - 1) / levels;
    this.levels = (d + width - 1) / width;
  }

  /** Dimension. */
  public int d() {
    return d;
  }

  /** Levels in effect, which may be fewer than asked for. */
  public int levels() {
    return levels;
  }

  /** Levels asked for, which is what files carry. */
  public int levelsAsked() {
    return asked;
  }

  /** Vectors of a batch. */
  public int batch() {
    return batch;
  }

  /** Batches that n vectors need. */
  public long batches(long n) {
    return (n + batch - 1) / batch;
  }

  /** Bytes of the codes of a batch. */
  public int codeBytes() {
    return batch * d * 4;
  }

  /** Bytes of the tail norms of a batch. */
  public int normBytes() {
    return batch * (levels + 1) * 4;
  }

  /** Floats of a level. */
  int widthOf(int level) {
    return Math.min(width, d - level * width);
  }

  /** First dimension of a level. */
  int startOf(int level) {
    return level * width;
  }

  private long place(int level, int slot) {
    return 4L * ((long) level * width * batch + (long) slot * widthOf(level));
  }

  /**
   * Writes a vector into a slot.
   *
   * @param codes the batch's codes at byte {@code codesAt}
   * @param norms the batch's norms at byte {@code normsAt}
   * @param x d floats at byte {@code xAt}
   */
  public void put(
      MemorySegment codes,
      long codesAt,
      MemorySegment norms,
      long normsAt,
      int slot,
      MemorySegment x,
      long xAt) {
    putVector(codes, codesAt, slot, x, xAt);
    putNorms(norms, normsAt, slot, x, xAt);
  }

  /**
   * Writes the tail norms of a vector alone; arguments as in {@link #put}. Sums run from the last
   * level to the first, in the order of the dimensions within a level: FAISS's bits.
   */
  public void putNorms(MemorySegment norms, long normsAt, int slot, MemorySegment x, long xAt) {
    float sum = 0f;
    norms.set(Vectors.FLOAT, normsAt + 4L * ((long) levels * batch + slot), 0f);
    for (int l = levels - 1; l >= 0; l--) {
      int end = startOf(l) + widthOf(l);
      for (int j = startOf(l); j < end; j++) {
        float v = x.get(Vectors.FLOAT, xAt + 4L * j);
        sum += v * v;
      }
      norms.set(Vectors.FLOAT, normsAt + 4L * ((long) l * batch + slot), (float) Math.sqrt(sum));
    }
  }

  /** Writes a vector into a slot, its norms apart; arguments as in {@link #put}. */
  public void putVector(MemorySegment codes, long codesAt, int slot, MemorySegment x, long xAt) {
    for (int l = 0; l < levels; l++) {
      MemorySegment.copy(
          x, xAt + 4L * startOf(l), codes, codesAt + place(l, slot), 4L * widthOf(l));
    }
  }

  /** Copies a vector's norms from a slot of one batch to a slot of another with as many levels. */
  public static void copyNorms(
      MemorySegment from,
      long fromAt,
      PanoramaLayout source,
      int slot,
      MemorySegment to,
      long toAt,
      PanoramaLayout target,
      int targetSlot) {
    for (int l = 0; l <= source.levels; l++) {
      float v = from.get(Vectors.FLOAT, fromAt + 4L * ((long) l * source.batch + slot));
      to.set(Vectors.FLOAT, toAt + 4L * ((long) l * target.batch + targetSlot), v);
    }
  }

  /** Reads a slot's vector. */
  public void get(MemorySegment codes, long codesAt, int slot, MemorySegment out, long outAt) {
    for (int l = 0; l < levels; l++) {
      MemorySegment.copy(
          codes, codesAt + place(l, slot), out, outAt + 4L * startOf(l), 4L * widthOf(l));
    }
  }
}
