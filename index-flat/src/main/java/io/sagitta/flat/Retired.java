package io.sagitta.flat;

import com.carrotsearch.hppc.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Memory and slots that a new state no longer needs; freed when no reader sees an older one. */
final class Retired {
  private final SlotPool pool;
  private final List<ChunkMemory> memory = new ArrayList<>();
  private final IntArrayList slots = new IntArrayList();

  Retired(SlotPool pool) {
    this.pool = pool;
  }

  void memory(ChunkMemory m) {
    memory.add(m);
  }

  /** A chunk with its slot. */
  void chunk(Chunk c) {
    memory.add(c.memory);
    slots.add(c.slot);
  }

  /** What frees all of it, or null if there is nothing. */
  @Nullable Runnable action() {
    return memory.isEmpty() ? null : this::free;
  }

  private void free() {
    for (ChunkMemory m : memory) {
      m.release();
    }
    pool.give(slots);
  }
}
