package io.sagitta.flat;

import io.sagitta.core.codec.FastScanCodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Plain 4-bit codes in and out of FAISS's blocks. */
final class FaissBlocks {
  private FaissBlocks() {}

  /** Reads vector i's nibbles into a plain code, two a byte. */
  static void take(MemorySegment packed, long i, int m, int bbs, long stride, MemorySegment plain) {
    for (int s = 0; s < m; s += 2) {
      int low = FastScanCodes.faissGet(packed, 0, i, s, bbs, stride);
      int high = s + 1 < m ? FastScanCodes.faissGet(packed, 0, i, s + 1, bbs, stride) : 0;
      plain.set(ValueLayout.JAVA_BYTE, s / 2, (byte) (low | high << 4));
    }
  }

  /** Writes a plain code as vector i of zeroed blocks. */
  static void put(MemorySegment packed, long i, int m, int bbs, long stride, MemorySegment plain) {
    for (int s = 0; s < m; s++) {
      int code = plain.get(ValueLayout.JAVA_BYTE, s / 2) >> 4 * (s & 1) & 15;
      FastScanCodes.faissPut(packed, 0, i, s, bbs, stride, code);
    }
  }
}
