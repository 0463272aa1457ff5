package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for inverted lists: pieces cut out of large slabs, so that a million short lists cost
 * neither a system call nor an arena each. Freed neighbours are joined, and the smallest free
 * stretch that is large enough is cut first; slabs go back as a whole, by {@link #close()}.
 *
 * <p>Piece sizes are multiples of 64 bytes.
 *
 * <p>{@link #allocate} is for the index's one writer, {@link #free} for any thread (the last reader
 * of an old state frees what that state held).
 */
abstract class ListStore {
  /** Part of a slab. */
  record Piece(MemorySegment segment, long offset, long bytes) {}

  private static final long ALIGN = 64;

  private final long maxSlab;
  private final AtomicLong held = new AtomicLong();

  /** Free stretches of all slabs, laid out one after the other with a gap, so none joins two. */
  private final FreeExtents free = new FreeExtents();

  private final TreeMap<Long, MemorySegment> slabs = new TreeMap<>();
  private final Map<MemorySegment, Long> bases = new IdentityHashMap<>();
  private long end;
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
    long size = Math.max(1, (bytes + ALIGN - 1) / ALIGN) * ALIGN;
    long at = free.take(size);
    if (at == FreeExtents.NONE) {
      addSlab(size);
      at = free.take(size);
    }
    Map.Entry<Long, MemorySegment> slab = slabs.floorEntry(at);
    return new Piece(slab.getValue(), at - slab.getKey(), size);
  }

  /** A slab with room for {@code size} bytes; a piece beyond half the largest gets its own. */
  private void addSlab(long size) {
    long bytes = size > maxSlab / 2 ? size : Math.max(nextSlab, size);
    MemorySegment fresh = newSlab(bytes);
    held.addAndGet(bytes);
    slabs.put(end, fresh);
    bases.put(fresh, end);
    free.give(end, bytes / ALIGN * ALIGN);
    end += bytes / ALIGN * ALIGN + ALIGN;
    if (size <= maxSlab / 2) {
      nextSlab = Math.min(maxSlab, 2 * nextSlab);
    }
  }

  /** Gives a piece back; nothing happens after {@link #close()}. */
  synchronized void free(Piece piece) {
    Long base = bases.get(piece.segment());
    if (!closed && base != null) {
      free.give(base + piece.offset(), piece.bytes());
    }
  }

  /** Counts memory that was there before (a data file's content). */
  final void adoptHeld(long bytes) {
    held.addAndGet(bytes);
  }

  /** Frees everything; once. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      free.clear();
      slabs.clear();
      bases.clear();
      freeSlabs();
    }
  }
}
