package io.sagitta.flat;

import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Place → id, off heap, 8 bytes each. The writer writes only places that no published state has;
 * readers use the view of their state.
 *
 * <p>For one writer at a time.
 */
final class IdTable {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final CodeStore store = new CodeStore(8);
  private CodeRows view = store.view();

  /** Makes places [0, n) writable. */
  void reserve(long n) {
    if (n > store.size()) {
      store.grow(n - store.size());
      view = store.view();
    }
  }

  void set(long place, long id) {
    view.chunk(place).set(LONG, view.offset(place), id);
  }

  long get(long place) {
    return get(view, place);
  }

  /** The id at a place of a state. */
  static long get(CodeRows view, long place) {
    return view.chunk(place).get(LONG, view.offset(place));
  }

  CodeRows view() {
    return view;
  }

  MemoryBlock[] takeRetired() {
    return store.takeRetired();
  }

  long bytes() {
    return store.bytes();
  }

  void free() {
    store.free();
  }
}
