package io.sagitta.core.io;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory a file is read from, unmapped when the reader and every view are done with it. */
final class Mapping {
  private final Runnable unmap;
  private final MemorySegment segment;
  private final AtomicInteger holders = new AtomicInteger(1);

  Mapping(MemorySegment segment, Runnable unmap) {
    this.segment = segment;
    this.unmap = unmap;
  }

  /** Whether something beside the reader still needs the memory. */
  boolean hasViews() {
    return holders.get() > 1;
  }

  MemorySegment segment() {
    return segment;
  }

  StoredBytes view(long offset, long bytes) {
    holders.incrementAndGet();
    return new StoredBytes(segment.asSlice(offset, bytes), true, this::release);
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      unmap.run();
    }
  }
}
