package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory for inverted lists: pieces cut out of large slabs, so that a million short lists cost
 * neither a system call nor an arena each. A freed piece is kept for the next one of its size;
 * slabs go back as a whole, by {@link #close()}.
 *
 * <p>Piece sizes are 4, 5, 6 or 7 times a power of two, and multiples of 64 bytes, so at most a
 * quarter of a piece is more than was asked for (and lists use that as room to grow).
 *
 * <p>{@link #allocate} is for the index's one writer, {@link #free} for any thread (the last reader
 * of an old state frees what that state held).
 */
abstract class ListStore {
  /** Part of a slab. */
  record Piece(MemorySegment segment, long offset, long bytes) {}

  private static final int MIN_SHIFT = 6;

  private final long maxSlab;
  private final Map<Long, PieceStack> freePieces = new HashMap<>();
  private final AtomicLong held = new AtomicLong();
  private @Nullable MemorySegment slab;
  private long slabUsed;
  private long nextSlab;
  private boolean closed;

  /**
   * @param firstSlab bytes of the first slab; each next one doubles
   * @param maxSlab bytes of the largest slab; larger pieces get a slab of their own
   */
  ListStore(long firstSlab, long maxSlab) {
    this.nextSlab = firstSlab;
    this.maxSlab = maxSlab;
  }

  /** New memory. */
  abstract MemorySegment newSlab(long bytes);

  /** Gives all slabs back. */
  abstract void freeSlabs();

  /**
   * A store without content for an index that is reset; or this one itself, if its lists are to be
   * given back one by one.
   */
  abstract ListStore emptied();

  /** Whether nothing can be written. */
  boolean readOnly() {
    return false;
  }

  /** Whether a list must lie in one piece (FAISS's file layout asks for it). */
  abstract boolean contiguous();

  /** Bytes of all slabs. */
  long heldBytes() {
    return held.get();
  }

  /** A piece of at least {@code bytes} bytes; what it held before is undefined. */
  synchronized Piece allocate(long bytes) {
    if (closed) {
      throw new IllegalStateException("the memory of these lists is freed");
    }
    long size = roundUp(bytes);
    PieceStack stack = freePieces.get(size);
    if (stack != null && stack.count > 0) {
      return stack.pop();
    }
    if (size > maxSlab / 2) {
      MemorySegment own = newSlab(size);
      held.addAndGet(size);
      return new Piece(own, 0, size);
    }
    if (slab == null || slabUsed + size > slab.byteSize()) {
      keepRest();
      long slabSize = Math.max(nextSlab, size);
      MemorySegment fresh = newSlab(slabSize);
      held.addAndGet(slabSize);
      slab = fresh;
      slabUsed = 0;
      nextSlab = Math.min(maxSlab, 2 * nextSlab);
    }
    Piece piece = new Piece(slab, slabUsed, size);
    slabUsed += size;
    return piece;
  }

  /** Cuts what is left of the present slab into free pieces. */
  private void keepRest() {
    while (slab != null && slab.byteSize() - slabUsed >= 4L << MIN_SHIFT) {
      long size = roundDown(slab.byteSize() - slabUsed);
      push(new Piece(slab, slabUsed, size));
      slabUsed += size;
    }
  }

  /** Gives a piece back; nothing happens after {@link #close()}. */
  synchronized void free(Piece piece) {
    if (!closed) {
      push(piece);
    }
  }

  /** Counts memory that was there before (a data file's content). */
  final void adoptHeld(long bytes) {
    held.addAndGet(bytes);
  }

  private void push(Piece piece) {
    freePieces.computeIfAbsent(piece.bytes(), s -> new PieceStack()).push(piece);
  }

  /** Frees everything; once. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      freePieces.clear();
      slab = null;
      freeSlabs();
    }
  }

  private static long roundUp(long bytes) {
    int shift = shift(bytes);
    long unit = 1L << shift;
    return (bytes + unit - 1) >>> shift << shift;
  }

  private static long roundDown(long bytes) {
    int shift = shift(bytes + 1);
    return bytes >>> shift << shift;
  }

  private static int shift(long bytes) {
    return Math.max(MIN_SHIFT, 61 - Long.numberOfLeadingZeros(Math.max(64, bytes - 1)));
  }

  /** Free pieces of one size. */
  private static final class PieceStack {
    private Piece[] pieces = new Piece[8];
    private int count;

    void push(Piece p) {
      if (count == pieces.length) {
        pieces = java.util.Arrays.copyOf(pieces, 2 * count);
      }
      pieces[count++] = p;
    }

    Piece pop() {
      return pieces[--count];
    }
  }
}
