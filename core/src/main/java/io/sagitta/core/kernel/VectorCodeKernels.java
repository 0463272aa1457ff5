package io.sagitta.core.kernel;

import static io.sagitta.core.kernel.Simd.LANES;
import static io.sagitta.core.kernel.Simd.ORDER;
import static io.sagitta.core.kernel.Simd.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link CodeKernels} on the Vector API. */
final class VectorCodeKernels implements CodeKernels {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, SPECIES.vectorShape());
  private static final VectorSpecies<Long> LONGS =
      VectorSpecies.of(long.class, SPECIES.vectorShape());
  private static final VectorSpecies<Short> WORDS =
      VectorSpecies.of(short.class, SPECIES.vectorShape());
  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  /** Adding and subtracting it rounds a small float to the nearest even whole number. */
  private static final float ROUNDER = 12582912f;

  /** For a nibble of 0..15 bit j as 0 or 1, at j·16; then the number of its bits. */
  private static final float[] BITS = bits();

  private static float[] bits() {
    float[] out = new float[5 * KSUB];
    for (int code = 0; code < KSUB; code++) {
      for (int j = 0; j < 4; j++) {
        out[j * KSUB + code] = code >> j & 1;
      }
      out[4 * KSUB + code] = Integer.bitCount(code);
    }
    return out;
  }

  @Override
  public void tables(
      float[] x,
      int at,
      float[] centroids,
      int m,
      int dsub,
      boolean innerProduct,
      float[] table,
      int to) {
    for (int s = 0; s < m; s++) {
      for (int c = 0; c < KSUB; c += LANES) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int j = 0; j < dsub; j++) {
          FloatVector v = FloatVector.fromArray(SPECIES, centroids, (s * dsub + j) * KSUB + c);
          float q = x[at + s * dsub + j];
          if (innerProduct) {
            sum = v.fma(FloatVector.broadcast(SPECIES, q), sum);
          } else {
            FloatVector t = v.sub(q);
            sum = t.fma(t, sum);
          }
        }
        sum.intoArray(table, to + s * KSUB + c);
      }
    }
  }

  @Override
  public void spans(float[] table, int at, int columns, float[] low, float[] high) {
    for (int s = 0; s < columns; s++) {
      FloatVector l = FloatVector.fromArray(SPECIES, table, at + s * KSUB);
      FloatVector h = l;
      for (int c = LANES; c < KSUB; c += LANES) {
        FloatVector v = FloatVector.fromArray(SPECIES, table, at + s * KSUB + c);
        l = l.min(v);
        h = h.max(v);
      }
      low[s] = l.reduceLanes(VectorOperators.MIN);
      high[s] = h.reduceLanes(VectorOperators.MAX);
    }
  }

  @Override
  public void round(float[] table, int at, int columns, float[] low, float scale, short[] entries) {
    for (int s = 0; s < columns; s++) {
      for (int c = 0; c < KSUB; c += LANES) {
        FloatVector v =
            FloatVector.fromArray(SPECIES, table, at + s * KSUB + c)
                .sub(low[s])
                .mul(scale)
                .add(0.5f);
        ShortVector steps =
            (ShortVector)
                v.convertShape(VectorOperators.F2I, INTS, 0)
                    .convertShape(VectorOperators.I2S, SHORTS, 0);
        steps.intoArray(entries, 2 * KSUB * s + c);
        steps.intoArray(entries, 2 * KSUB * s + KSUB + c);
      }
    }
  }

  @Override
  public int countBelow(short[] values, int n, int threshold) {
    int count = 0;
    for (int i = 0; i < n; i += WORDS.length()) {
      count +=
          ShortVector.fromArray(WORDS, values, i)
              .compare(VectorOperators.ULT, (short) threshold)
              .trueCount();
    }
    return count;
  }

  @Override
  @OwnCode
  public void center(float[] query, float[] center, int d, float[] residual, float[] out) {
    FloatVector norms = FloatVector.zero(SPECIES);
    FloatVector dots = FloatVector.zero(SPECIES);
    FloatVector lows = FloatVector.broadcast(SPECIES, Float.MAX_VALUE);
    FloatVector highs = FloatVector.broadcast(SPECIES, -Float.MAX_VALUE);
    int end = SPECIES.loopBound(d);
    int i = 0;
    for (; i < end; i += LANES) {
      FloatVector q = FloatVector.fromArray(SPECIES, query, i);
      FloatVector c = FloatVector.fromArray(SPECIES, center, i);
      FloatVector r = q.sub(c);
      r.intoArray(residual, i);
      norms = r.fma(r, norms);
      dots = q.fma(c, dots);
      lows = lows.min(r);
      highs = highs.max(r);
    }
    // Simd.sum, twice.
    if (LANES >= 16) {
      norms = norms.add(norms.rearrange(Simd.SWAP8));
      dots = dots.add(dots.rearrange(Simd.SWAP8));
    }
    if (LANES >= 8) {
      norms = norms.add(norms.rearrange(Simd.SWAP4));
      dots = dots.add(dots.rearrange(Simd.SWAP4));
    }
    norms = norms.add(norms.rearrange(Simd.SWAP2));
    norms = norms.add(norms.rearrange(Simd.SWAP1));
    dots = dots.add(dots.rearrange(Simd.SWAP2));
    dots = dots.add(dots.rearrange(Simd.SWAP1));
    float norm = norms.lane(0);
    float dot = dots.lane(0);
    float low = lows.reduceLanes(VectorOperators.MIN);
    float high = highs.reduceLanes(VectorOperators.MAX);
    for (; i < d; i++) {
      float r = query[i] - center[i];
      residual[i] = r;
      norm += r * r;
      dot += query[i] * center[i];
      low = Math.min(low, r);
      high = Math.max(high, r);
    }
    out[0] = norm;
    out[1] = dot;
    out[2] = low;
    out[3] = high;
  }

  @Override
  public long quantise(
      float[] residual,
      int d,
      float low,
      float perStep,
      int bits,
      int[] values,
      long[] planes,
      int words) {
    int largest = (1 << bits) - 1;
    int end = SPECIES.loopBound(d);
    IntVector sums = IntVector.zero(INTS);
    for (int i = 0; i < end; i += LANES) {
      FloatVector v =
          FloatVector.fromArray(SPECIES, residual, i)
              .sub(low)
              .mul(perStep)
              .min(2f * largest)
              .max(-1f)
              .add(ROUNDER)
              .sub(ROUNDER);
      IntVector n = ((IntVector) v.convertShape(VectorOperators.F2I, INTS, 0)).max(0).min(largest);
      n.intoArray(values, i);
      sums = sums.add(n);
      for (int b = 0; b < bits; b++) {
        long plane = n.and(1 << b).compare(VectorOperators.NE, 0).toLong();
        planes[b * words + (i >> 6)] |= plane << (i & 63);
      }
    }
    return sums.reduceLanesToLong(VectorOperators.ADD)
        + CodeKernels.quantiseFrom(end, residual, d, low, perStep, bits, values, planes, words);
  }

  @Override
  public void nibbles(int[] values, int m, float scale, float perBit, float[] table) {
    for (int c = 0; c < KSUB; c += LANES) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, BITS, c);
      FloatVector b1 = FloatVector.fromArray(SPECIES, BITS, KSUB + c);
      FloatVector b2 = FloatVector.fromArray(SPECIES, BITS, 2 * KSUB + c);
      FloatVector b3 = FloatVector.fromArray(SPECIES, BITS, 3 * KSUB + c);
      FloatVector counts = FloatVector.fromArray(SPECIES, BITS, 4 * KSUB + c).mul(perBit);
      for (int s = 0; s < m; s++) {
        // Whole numbers: no rounding in the sum, whatever its order.
        FloatVector sum =
            b0.mul(values[4 * s])
                .add(b1.mul(values[4 * s + 1]))
                .add(b2.mul(values[4 * s + 2]))
                .add(b3.mul(values[4 * s + 3]));
        sum.mul(scale).add(counts).intoArray(table, KSUB * s + c);
      }
    }
  }

  @Override
  public void estimates(
      MemorySegment factors,
      long basesAt,
      long multipliersAt,
      short[] sums,
      float scale,
      float shift,
      float add,
      float[] out) {
    for (int i = 0; i < FastScanKernels.BLOCK; i += LANES) {
      FloatVector sum =
          (FloatVector)
              ShortVector.fromArray(SHORTS, sums, i)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)
                  .convertShape(VectorOperators.I2F, SPECIES, 0);
      FloatVector dot = sum.mul(scale).add(shift);
      FloatVector base = FloatVector.fromMemorySegment(SPECIES, factors, basesAt + 4L * i, ORDER);
      FloatVector multiplier =
          FloatVector.fromMemorySegment(SPECIES, factors, multipliersAt + 4L * i, ORDER);
      base.add(add).sub(multiplier.mul(2f).mul(dot)).intoArray(out, i);
    }
  }

  @Override
  public boolean below(
      float[] values,
      MemorySegment terms,
      long termsAt,
      float scale,
      float threshold,
      long[] hits) {
    long first = 0;
    long second = 0;
    for (int i = 0; i < FastScanKernels.BLOCK; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, values, i);
      if (scale != 0f) {
        v =
            v.sub(
                FloatVector.fromMemorySegment(SPECIES, terms, termsAt + 4L * i, ORDER).mul(scale));
      }
      long mask = v.compare(VectorOperators.LT, threshold).toLong();
      if (i < 64) {
        first |= mask << i;
      } else {
        second |= mask << (i - 64);
      }
    }
    hits[0] = first;
    hits[1] = second;
    return (first | second) != 0;
  }

  @Override
  public int planeLanes() {
    return LONGS.length();
  }

  @Override
  @OwnCode
  public void planeDots(
      MemorySegment codes,
      long offset,
      int n,
      int stride,
      long[] patterns,
      int planes,
      boolean xor,
      long[] scratch,
      long[] out) {
    int lanes = LONGS.length();
    long bytes = 8L * stride * n;
    MemorySegment s = codes;
    int at = (int) offset;
    if (codes.byteSize() > Integer.MAX_VALUE) {
      s = codes.asSlice(offset, bytes);
      at = 0;
    }
    for (int i = 0; i < n; i += lanes, at += 8 * stride * lanes) {
      if (xor) {
        for (int w = 0; w < stride; w++) {
          int p = w * (planes + 1) * lanes;
          LongVector bits =
              LongVector.fromMemorySegment(LONGS, s, at + 8 * lanes * w, ORDER)
                  .and(LongVector.fromArray(LONGS, patterns, p));
          LongVector dot = LongVector.zero(LONGS);
          for (int b = 1; b <= planes; b++) {
            LongVector plane = LongVector.fromArray(LONGS, patterns, p + b * lanes);
            dot =
                dot.add(dot)
                    .add(
                        bits.lanewise(VectorOperators.XOR, plane)
                            .lanewise(VectorOperators.BIT_COUNT));
          }
          LongVector ones = bits.lanewise(VectorOperators.BIT_COUNT);
          dot.add(ones.lanewise(VectorOperators.LSHL, 32)).intoArray(scratch, lanes * w);
        }
      } else {
        for (int w = 0; w < stride; w++) {
          int p = w * (planes + 1) * lanes;
          LongVector bits =
              LongVector.fromMemorySegment(LONGS, s, at + 8 * lanes * w, ORDER)
                  .and(LongVector.fromArray(LONGS, patterns, p));
          LongVector dot = LongVector.zero(LONGS);
          for (int b = 1; b <= planes; b++) {
            LongVector plane = LongVector.fromArray(LONGS, patterns, p + b * lanes);
            dot = dot.add(dot).add(bits.and(plane).lanewise(VectorOperators.BIT_COUNT));
          }
          LongVector ones = bits.lanewise(VectorOperators.BIT_COUNT);
          dot.add(ones.lanewise(VectorOperators.LSHL, 32)).intoArray(scratch, lanes * w);
        }
      }
      for (int c = 0; c < lanes; c++) {
        long sum = 0;
        for (int w = 0; w < stride; w++) {
          sum += scratch[c * stride + w];
        }
        out[i + c] = sum;
      }
    }
  }
}
