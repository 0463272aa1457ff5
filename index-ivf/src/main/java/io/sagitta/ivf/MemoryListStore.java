package io.sagitta.ivf;

import io.sagitta.core.memory.MemoryBlock;
import java.util.ArrayList;
import java.util.List;

/** Lists off heap: slabs of 64 KB growing to 16 MB. */
final class MemoryListStore extends ListStore {
  private final List<MemoryBlock> blocks = new ArrayList<>();

  MemoryListStore() {
    super(1 << 16, 1 << 24);
  }

  @Override
  Slab newSlab(long bytes) {
    MemoryBlock block = MemoryBlock.allocate(bytes);
    blocks.add(block);
    return new Slab(block.segment(), 0);
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
