package io.sagitta.ivf;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Idle batch scratch of one index. Safe for all threads, lock-free. */
final class GroupPool {
  private final AtomicReferenceArray<@Nullable GroupedSearch> idle = new AtomicReferenceArray<>(4);

  GroupedSearch take() {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) != null) {
        GroupedSearch g = idle.getAndSet(i, null);
        if (g != null) {
          return g;
        }
      }
    }
    return new GroupedSearch();
  }

  void give(GroupedSearch g) {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, g)) {
        return;
      }
    }
  }
}
