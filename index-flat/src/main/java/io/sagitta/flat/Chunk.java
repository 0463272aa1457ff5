package io.sagitta.flat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Up to 2^shift rows that lie one after the other, and which of them are live. Immutable: a removal
 * makes another chunk over the same memory. Rows at and beyond {@link #count} may be written by the
 * writer while readers use this object.
 */
final class Chunk {
  /** No rows, no memory. */
  static final Chunk EMPTY = new Chunk(MemorySegment.NULL, ChunkMemory.borrowed(), -1, 0, 0, null);

  /** The rows; row p at byte p·codeSize. */
  final MemorySegment data;

  final ChunkMemory memory;

  /** Number of its place in row numbers; kept by successors over the same memory. */
  final int slot;

  /** Rows, live or dead. */
  final int count;

  /** Live rows. */
  final int liveCount;

  /** Bit p is set while row p is live; null = all are. */
  private final long @Nullable [] live;

  private Chunk(
      MemorySegment data,
      ChunkMemory memory,
      int slot,
      int count,
      int liveCount,
      long @Nullable [] live) {
    this.data = data;
    this.memory = memory;
    this.slot = slot;
    this.count = count;
    this.liveCount = liveCount;
    this.live = live;
  }

  /** A chunk whose rows are all live. */
  static Chunk of(MemorySegment data, ChunkMemory memory, int slot, int count) {
    return new Chunk(data, memory, slot, count, count, null);
  }

  /** Whether no row is dead. */
  boolean allLive() {
    return live == null;
  }

  /** Whether row p is live. */
  boolean isLive(int p) {
    long[] l = live;
    return l == null || (l[p >>> 6] >>> p & 1) != 0;
  }

  /** Live rows before p. */
  int rank(int p) {
    long[] l = live;
    if (l == null) {
      return p;
    }
    int sum = 0;
    int word = p >>> 6;
    for (int i = 0; i < word; i++) {
      sum += Long.bitCount(l[i]);
    }
    int rest = p & 63;
    return rest == 0 ? sum : sum + Long.bitCount(l[word] & (1L << rest) - 1);
  }

  /** Position of the live row of rank k. */
  int select(int k) {
    long[] l = live;
    if (l == null) {
      return k;
    }
    int left = k;
    int word = 0;
    while (true) {
      int bits = Long.bitCount(l[word]);
      if (left < bits) {
        break;
      }
      left -= bits;
      word++;
    }
    long w = l[word];
    for (int i = 0; i < left; i++) {
      w &= w - 1;
    }
    return (word << 6) + Long.numberOfTrailingZeros(w);
  }

  /** First live position ≥ p, or {@link #count}. */
  int nextLive(int p) {
    long[] l = live;
    if (l == null || p >= count) {
      return Math.min(p, count);
    }
    int word = p >>> 6;
    long w = l[word] & -1L << p;
    while (w == 0) {
      if (++word == l.length) {
        return count;
      }
      w = l[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(w);
  }

  /** First dead position ≥ p, or {@link #count}. */
  int nextDead(int p) {
    long[] l = live;
    if (l == null || p >= count) {
      return count;
    }
    int word = p >>> 6;
    long w = ~l[word] & -1L << p;
    while (w == 0) {
      if (++word == l.length) {
        return count;
      }
      w = ~l[word];
    }
    return Math.min(count, (word << 6) + Long.numberOfTrailingZeros(w));
  }

  /** This chunk with {@code more} live rows behind its last. */
  Chunk extended(int more) {
    int n = count + more;
    long[] l = live;
    if (l != null) {
      l = Arrays.copyOf(l, (n + 63) >>> 6);
      for (int p = count; p < n; p++) {
        l[p >>> 6] |= 1L << p;
      }
    }
    return new Chunk(data, memory, slot, n, liveCount + more, l);
  }

  /** This chunk's rows in other memory, which holds a copy of them. */
  Chunk movedTo(MemorySegment other, ChunkMemory otherMemory) {
    return new Chunk(other, otherMemory, slot, count, liveCount, live);
  }

  /** This chunk without some live rows, given by position. */
  Chunk without(long[] ordinals, int from, int to, long mask) {
    long[] l = live;
    if (l == null) {
      l = new long[(count + 63) >>> 6];
      Arrays.fill(l, -1L);
      if ((count & 63) != 0) {
        l[l.length - 1] = (1L << count) - 1;
      }
    } else {
      l = l.clone();
    }
    for (int i = from; i < to; i++) {
      int p = (int) (ordinals[i] & mask);
      l[p >>> 6] &= ~(1L << p);
    }
    return new Chunk(data, memory, slot, count, liveCount - (to - from), l);
  }
}
