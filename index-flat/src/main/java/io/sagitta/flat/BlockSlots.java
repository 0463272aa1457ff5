package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.codec.SlotIds;
import org.jspecify.annotations.Nullable;

/** The slots of a block of consecutive ids. Scratch of one thread. */
final class BlockSlots implements SlotIds {
  @Nullable IDSelector selector;

  /** Id of slot 0. */
  long first;

  @Override
  public boolean accepts(int slot) {
    IDSelector s = selector;
    return s == null || s.isMember(first + slot);
  }

  @Override
  public long id(int slot) {
    return first + slot;
  }
}
