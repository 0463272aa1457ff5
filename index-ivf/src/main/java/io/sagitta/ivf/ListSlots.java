package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.codec.SlotIds;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The slots of a block of an inverted list. Scratch of one thread. */
final class ListSlots implements SlotIds {
  private static final ListChunk EMPTY = new ListChunk(MemorySegment.NULL, 0, 0, 0, null);

  private ListChunk chunk = EMPTY;
  private @Nullable IDSelector selector;
  private long pairBase;
  private int from;

  /**
   * Begins a chunk.
   *
   * @param pairBase (list &lt;&lt; 32 | first row), or −1 for ids
   */
  void chunk(ListChunk c, @Nullable IDSelector s, long base) {
    chunk = c;
    selector = s;
    pairBase = base;
  }

  /** Row of slot 0 in the chunk. */
  void block(int row) {
    from = row;
  }

  /** Forgets references. */
  void clear() {
    chunk = EMPTY;
    selector = null;
  }

  @Override
  public boolean accepts(int slot) {
    IDSelector s = selector;
    return s == null || s.isMember(chunk.id(from + slot));
  }

  @Override
  public long id(int slot) {
    return pairBase >= 0 ? pairBase + from + slot : chunk.id(from + slot);
  }
}
