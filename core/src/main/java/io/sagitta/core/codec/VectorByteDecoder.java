package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * Decodes codes of one byte a component in bulk, on the calling thread: base + step·c with base =
 * minimum + step/2. Its own rounding, within one unit in the last place of {@link
 * ScalarQuantizer#decode}. Immutable; safe for all threads.
 */
final class VectorByteDecoder {
  private final float[] base;
  private final float[] step;

  VectorByteDecoder(ScalarQuantizer quantizer) {
    int d = quantizer.d();
    base = new float[d];
    step = new float[d];
    for (int j = 0; j < d; j++) {
      step[j] = quantizer.step(j);
      base[j] = quantizer.minimum(j) + 0.5f * step[j];
    }
  }

  /** Decodes n codes one after the other from byte {@code offset} to n × d floats. */
  void decode(int n, MemorySegment codes, long offset, float[] out) {
    int d = base.length;
    if (SqScorer.isLarge(codes)) {
      decode(n, codes.asSlice(offset, (long) n * d), 0, out);
      return;
    }
    int whole = d / Lanes.COUNT * Lanes.COUNT;
    for (int i = 0; i < n; i++) {
      int o = (int) offset + i * d;
      int to = i * d;
      for (int j = 0; j < whole; j += Lanes.COUNT) {
        FloatVector a = FloatVector.fromArray(Lanes.FLOATS, base, j);
        FloatVector b = FloatVector.fromArray(Lanes.FLOATS, step, j);
        b.fma(Lanes.byteValues(codes, o + j), a).intoArray(out, to + j);
      }
      for (int j = whole; j < d; j++) {
        int c = codes.get(ValueLayout.JAVA_BYTE, o + j) & 0xff;
        out[to + j] = Math.fma(step[j], c, base[j]);
      }
    }
  }
}
