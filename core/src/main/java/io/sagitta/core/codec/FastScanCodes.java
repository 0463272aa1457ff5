package io.sagitta.core.codec;

import io.sagitta.core.kernel.FastScanKernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Places of 4-bit codes: in Sagitta's blocks of 128 vectors ({@link FastScanKernels}), in FAISS's
 * blocks of a multiple of 32 ({@code pq4_pack_codes}), and in plain codes (two sub-quantizers a
 * byte, the even one in the low nibble).
 *
 * <p>FAISS's address of sub-quantizer s of vector v, o = v mod bbs, w = o mod 32, u = w mod 16:
 * byte {@code (v div bbs)·stride + (s div 2)·bbs + 32·(o div 32) + (16 if s is odd) + j}, j = 2u
 * for u &lt; 8 and 2(u − 8) + 1 above; low nibble for w &lt; 16, high nibble otherwise.
 *
 * <p>Setting the nibbles of a fresh vector is safe while searches read the block: the 16-bit word
 * that holds it is replaced in one store, in which all published nibbles keep their value.
 */
public final class FastScanCodes {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private FastScanCodes() {}

  /** Bytes of a block of 128 vectors. */
  public static int blockBytes(int m) {
    return Math.multiplyExact(m, FastScanKernels.ROW_BYTES);
  }

  /** Blocks of 128 that n vectors need. */
  public static long blocks(long n) {
    return (n + FastScanKernels.BLOCK - 1) / FastScanKernels.BLOCK;
  }

  /** Bytes of a plain code. */
  public static int plainBytes(int m) {
    return (m + 1) / 2;
  }

  /** Code of sub-quantizer s of the vector at {@code slot} of the block at byte {@code block}. */
  public static int get(MemorySegment codes, long block, int slot, int s) {
    int word = codes.get(SHORT, block + 64L * s + 2L * (slot & 31));
    return word >>> 4 * (slot >>> 5) & 15;
  }

  /** Sets what {@link #get} gets. */
  public static void set(MemorySegment codes, long block, int slot, int s, int code) {
    long at = block + 64L * s + 2L * (slot & 31);
    int shift = 4 * (slot >>> 5);
    int word = codes.get(SHORT, at);
    codes.set(SHORT, at, (short) (word & ~(15 << shift) | code << shift));
  }

  /** Writes a plain code into a slot. */
  public static void put(
      MemorySegment codes, long block, int slot, int m, MemorySegment plain, long offset) {
    for (int s = 0; s < m; s++) {
      int b = plain.get(ValueLayout.JAVA_BYTE, offset + (s >>> 1));
      set(codes, block, slot, s, b >>> 4 * (s & 1) & 15);
    }
  }

  /** Reads a slot as a plain code (every byte is written). */
  public static void take(
      MemorySegment codes, long block, int slot, int m, MemorySegment plain, long offset) {
    for (int s = 0; s < m; s += 2) {
      int low = get(codes, block, slot, s);
      int high = s + 1 < m ? get(codes, block, slot, s + 1) : 0;
      plain.set(ValueLayout.JAVA_BYTE, offset + (s >>> 1), (byte) (low | high << 4));
    }
  }

  /** Copies a slot to another one. */
  public static void move(
      MemorySegment from,
      long fromBlock,
      int fromSlot,
      MemorySegment to,
      long toBlock,
      int toSlot,
      int m) {
    for (int s = 0; s < m; s++) {
      set(to, toBlock, toSlot, s, get(from, fromBlock, fromSlot, s));
    }
  }

  /**
   * Byte of FAISS's packing that holds sub-quantizer s of vector v.
   *
   * @param bbs vectors of a FAISS block, a multiple of 32
   * @param stride bytes from one FAISS block to the next
   */
  public static long faissByte(long v, int s, int bbs, long stride) {
    int o = (int) (v % bbs);
    int u = o & 15;
    int j = u < 8 ? 2 * u : 2 * (u - 8) + 1;
    return v / bbs * stride + (long) (s >>> 1) * bbs + (o & ~31) + ((s & 1) << 4) + j;
  }

  /** Code of sub-quantizer s of vector v in FAISS's packing. */
  public static int faissGet(MemorySegment packed, long base, long v, int s, int bbs, long stride) {
    int b = packed.get(ValueLayout.JAVA_BYTE, base + faissByte(v, s, bbs, stride));
    return ((int) (v % bbs) & 31) < 16 ? b & 15 : b >>> 4 & 15;
  }

  /** Adds a code to zeroed memory in FAISS's packing. */
  public static void faissPut(
      MemorySegment packed, long base, long v, int s, int bbs, long stride, int code) {
    long at = base + faissByte(v, s, bbs, stride);
    int shift = ((int) (v % bbs) & 31) < 16 ? 0 : 4;
    int b = packed.get(ValueLayout.JAVA_BYTE, at);
    packed.set(ValueLayout.JAVA_BYTE, at, (byte) (b & ~(15 << shift) | code << shift));
  }
}
