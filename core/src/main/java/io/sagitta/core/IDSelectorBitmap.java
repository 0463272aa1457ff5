package io.sagitta.core;

import org.jspecify.annotations.Nullable;

/**
 * Ids whose bit is set: bit {@code id & 7} of byte {@code id >> 3}. Ids outside the bitmap are no
 * members. On heap: the bitmap.
 *
 * <p>Immutable; safe for all threads. Source: FAISS {@code IDSelectorBitmap}.
 */
public final class IDSelectorBitmap implements IDSelector {
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
