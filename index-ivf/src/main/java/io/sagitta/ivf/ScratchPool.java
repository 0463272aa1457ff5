package io.sagitta.ivf;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Idle search scratch of one index. Safe for all threads, lock-free. */
final class ScratchPool {
  private final AtomicReferenceArray<@Nullable SearchScratch> idle =
      new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

  SearchScratch take(IndexIVF index, IvfState state) {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) != null) {
        SearchScratch s = idle.getAndSet(i, null);
        if (s != null) {
          return s.preparedFor(index, state);
        }
      }
    }
    return new SearchScratch(index, state);
  }

  /** Drops what is idle. */
  void forget() {
    for (int i = 0; i < idle.length(); i++) {
      idle.set(i, null);
    }
  }

  void give(SearchScratch s) {
    for (int i = 0; i < idle.length(); i++) {
      if (idle.getPlain(i) == null && idle.compareAndSet(i, null, s)) {
        return;
      }
    }
  }
}
