package io.sagitta.flat;

import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.MemoryBlock;

/**
 * What a chunk of rows lies in: a block of the index's own, a part of a file, or memory the caller
 * lent. Safe for all threads.
 */
final class ChunkMemory {
  private final Runnable free;
  private final boolean writable;
  private final boolean counted;

  private ChunkMemory(boolean writable, boolean counted, Runnable free) {
    this.writable = writable;
    this.counted = counted;
    this.free = free;
  }

  /** A block held by one chunk. */
  static ChunkMemory own(MemoryBlock block) {
    return new ChunkMemory(true, true, block::free);
  }

  /** Bytes read from a file, or a part of a mapped one. */
  static ChunkMemory stored(StoredBytes bytes) {
    return new ChunkMemory(false, true, bytes::release);
  }

  /** Memory of the caller, which is never freed here. */
  static ChunkMemory borrowed() {
    return new ChunkMemory(false, false, () -> {});
  }

  /** Whether rows may be appended behind the last one. */
  boolean writable() {
    return writable;
  }

  /** Frees; called once, when no reader can see the chunk. */
  void release() {
    free.run();
  }

  /** Whether its bytes are the index's own (off heap or mapped), not lent. */
  boolean counted() {
    return counted;
  }
}
