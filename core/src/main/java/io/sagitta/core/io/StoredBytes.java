package io.sagitta.core.io;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bytes of an index that were read from a file: either a copy off heap, or a view of the mapped
 * file. {@link #release()} frees the copy, or lets the mapping go when the last view of it is
 * released.
 *
 * <p>Readable by all threads; released once, by the index that holds it.
 */
public final class StoredBytes {
  private final MemorySegment segment;
  private final boolean mapped;
  private final Runnable release;
  private final AtomicBoolean released = new AtomicBoolean();

  StoredBytes(MemorySegment segment, boolean mapped, Runnable release) {
    this.segment = segment;
    this.mapped = mapped;
    this.release = release;
  }

  /** The bytes. */
  public MemorySegment segment() {
    return segment;
  }

  /** Whether this is a view of a mapped file: the index is then read-only. */
  public boolean mapped() {
    return mapped;
  }

  /** Frees; further calls do nothing. */
  public void release() {
    if (released.compareAndSet(false, true)) {
      release.run();
    }
  }
}
