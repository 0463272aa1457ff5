package io.sagitta.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Ids whose bit is set: bit {@code id & 7} of byte {@code id >> 3}. Ids outside the bitmap are no
 * members. On heap: the bitmap.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IDSelectorBitmap}.
 */
public final class IDSelectorBitmap implements IDSelector {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bits;
  private final long members;

  /** A selector of a bitmap; the array is copied. */
  public IDSelectorBitmap(byte[] bits) {
    this.bits = bits.clone();
    long n = 0;
    for (byte b : this.bits) {
      n += Integer.bitCount(b & 0xff);
    }
    members = n;
  }

  @Override
  public boolean isMember(long id) {
    long at = id >>> 3;
    return at < bits.length && (bits[(int) at] >> (id & 7) & 1) != 0;
  }

  /** The first member ≥ {@code from} (which is ≥ 0), or −1 if there is none. For indexes. */
  public long nextMember(long from) {
    long at = from >>> 3;
    if (at >= bits.length) {
      return -1;
    }
    int i = (int) at;
    int first = (bits[i] & 0xff) >>> (from & 7);
    if (first != 0) {
      return from + Integer.numberOfTrailingZeros(first);
    }
    for (i++; i < bits.length; i++) {
      while (i + 8 <= bits.length && (long) WORD.get(bits, i) == 0) {
        i += 8;
      }
      if (i < bits.length && bits[i] != 0) {
        return 8L * i + Integer.numberOfTrailingZeros(bits[i] & 0xff);
      }
    }
    return -1;
  }

  @Override
  public long maxMembers() {
    return members;
  }

  @Override
  public long @Nullable [] members(long limit) {
    if (members > Math.min(limit, Integer.MAX_VALUE - 8)) {
      return null;
    }
    long[] ids = new long[(int) members];
    int n = 0;
    for (int i = 0; i < bits.length; i++) {
      for (int b = bits[i] & 0xff; b != 0; b &= b - 1) {
        ids[n++] = 8L * i + Integer.numberOfTrailingZeros(b);
      }
    }
    return ids;
  }

  @Override
  public String toString() {
    return "IDSelectorBitmap[" + members + " ids]";
  }
}
