package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Decodes product-quantizer codes of one byte a sub-quantizer in bulk: sub-vectors are moved by
 * registers, as a copy of eight floats by {@code arraycopy} costs more in the call than in the
 * copy. Only where the Vector API is there; stateless.
 */
final class VectorPqDecoder {
  private static final VectorSpecies<Float> EIGHT = FloatVector.SPECIES_256;
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;

  private VectorPqDecoder() {}

  /** Whether sub-vectors of this length are moved by whole registers. */
  static boolean fits(int dsub) {
    return dsub % 4 == 0;
  }

  /** Decodes n codes of m bytes one after the other to n × m·dsub floats. */
  static void decode(
      float[] centroids, int m, int dsub, int n, MemorySegment codes, long offset, float[] out) {
    if (dsub % 8 == 0) {
      eights(centroids, m, dsub, n, codes, offset, out);
    } else {
      fours(centroids, m, dsub, n, codes, offset, out);
    }
  }

  private static void eights(
      float[] centroids, int m, int dsub, int n, MemorySegment codes, long offset, float[] out) {
    int to = 0;
    for (int i = 0; i < n; i++) {
      long o = offset + (long) i * m;
      for (int s = 0; s < m; s++) {
        int c = codes.get(ValueLayout.JAVA_BYTE, o + s) & 0xff;
        int from = (s << 8 | c) * dsub;
        for (int t = 0; t < dsub; t += 8, to += 8) {
          FloatVector.fromArray(EIGHT, centroids, from + t).intoArray(out, to);
        }
      }
    }
  }

  private static void fours(
      float[] centroids, int m, int dsub, int n, MemorySegment codes, long offset, float[] out) {
    int to = 0;
    for (int i = 0; i < n; i++) {
      long o = offset + (long) i * m;
      for (int s = 0; s < m; s++) {
        int c = codes.get(ValueLayout.JAVA_BYTE, o + s) & 0xff;
        int from = (s << 8 | c) * dsub;
        for (int t = 0; t < dsub; t += 4, to += 4) {
          FloatVector.fromArray(FOUR, centroids, from + t).intoArray(out, to);
        }
      }
    }
  }
}
