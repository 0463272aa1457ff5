package io.sagitta.core.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One piece of off-heap memory with an end: zeroed, 64-byte aligned, readable by all threads, freed
 * by {@link #free()}. Touching it afterwards throws {@link IllegalStateException}.
 *
 * <p>Implementation note: each block is its own shared arena. Closing a shared arena costs a
 * handshake with all threads (about 50 µs), so blocks are large (megabytes) and few. Blocks of 2
 * MiB and more lie in huge pages where those are to be had ({@link HugePages}).
 */
public final class MemoryBlock {
  /** System property: the most bytes all blocks together may take; no limit when unset. */
  public static final String LIMIT_PROPERTY = "sagitta.memory.limit";

  private static final AtomicLong ALLOCATED = new AtomicLong();
  private static final long LIMIT = Long.getLong(LIMIT_PROPERTY, Long.MAX_VALUE);

  private final Arena arena;
  private final MemorySegment segment;

  private MemoryBlock(long bytes) {
    long after = ALLOCATED.addAndGet(bytes);
    if (bytes < 0 || after < 0 || after > LIMIT) {
      ALLOCATED.addAndGet(-bytes);
      throw new OutOfMemoryError(
          bytes + " bytes off heap would exceed " + LIMIT_PROPERTY + " = " + LIMIT);
    }
    arena = Arena.ofShared();
    try {
      MemorySegment huge = HugePages.allocate(bytes, arena);
      segment = huge == null ? arena.allocate(bytes, 64) : huge;
    } catch (Throwable t) {
      arena.close();
      ALLOCATED.addAndGet(-bytes);
      throw t;
    }
  }

  /**
   * Allocates.
   *
   * @param bytes size, ≥ 0
   * @throws OutOfMemoryError if the system has no such memory, or {@link #LIMIT_PROPERTY} forbids
   *     it
   */
  public static MemoryBlock allocate(long bytes) {
    return new MemoryBlock(bytes);
  }

  /** Bytes allocated by all blocks that are not freed. */
  public static long allocatedBytes() {
    return ALLOCATED.get();
  }

  /** The memory. */
  public MemorySegment segment() {
    return segment;
  }

  /** Size in bytes. */
  public long bytes() {
    return segment.byteSize();
  }

  /** Frees the memory; the caller makes sure that nobody reads it any more. Once only. */
  public void free() {
    arena.close();
    ALLOCATED.addAndGet(-segment.byteSize());
  }
}
