package io.sagitta.ivf;

import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Lists off heap: slabs of 64 KB growing to 16 MB. */
final class MemoryListStore extends ListStore {
  private final List<MemoryBlock> blocks = new ArrayList<>();

  MemoryListStore() {
    super(1 << 16, 1 << 24);
  }

  @Override
  MemorySegment newSlab(long bytes) {
    MemoryBlock block = MemoryBlock.allocate(bytes);
    blocks.add(block);
    return block.segment();
  }

  @Override
  void freeSlabs() {
    blocks.forEach(MemoryBlock::free);
    blocks.clear();
  }

  @Override
  ListStore emptied() {
    return new MemoryListStore();
  }

  @Override
  boolean contiguous() {
    return false;
  }
}
