package io.sagitta.storage.metadata;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A number for every key: pages of 4,096, made when a key of theirs is set and dropped when none is
 * set any more, so that it takes 8 bytes a live key however many keys came and went.
 *
 * <p>One thread writes, any number read; a read sees a value that was set before or the one being
 * set.
 */
final class KeyTable {
  private static final int BITS = 12;
  private static final int SIZE = 1 << BITS;

  private static final class Page {
    final AtomicLongArray cells = new AtomicLongArray(SIZE);
    int count;
  }

  private volatile AtomicReferenceArray<@Nullable Page> pages = new AtomicReferenceArray<>(16);

  /** The number of a key, 0 if none is set. */
  long get(long key) {
    AtomicReferenceArray<@Nullable Page> p = pages;
    long page = key >>> BITS;
    if (page >= p.length()) {
      return 0;
    }
    Page cells = p.getAcquire((int) page);
    return cells == null ? 0 : cells.cells.getAcquire((int) key & (SIZE - 1));
  }

  /** Sets the number of a key; 0 unsets it. */
  void set(long key, long value) {
    int number = Math.toIntExact(key >>> BITS);
    int cell = (int) key & (SIZE - 1);
    if (number >= pages.length()) {
      pages = copyOf(pages, Math.max(number + 1, 2 * pages.length()));
    }
    Page page = pages.get(number);
    if (page == null) {
      if (value != 0) {
        page = new Page();
        page.cells.setPlain(cell, value);
        page.count = 1;
        pages.setRelease(number, page);
      }
      return;
    }
    long old = page.cells.getPlain(cell);
    page.cells.setRelease(cell, value);
    page.count += (value == 0 ? 0 : 1) - (old == 0 ? 0 : 1);
    if (page.count == 0) {
      pages.setRelease(number, null);
    }
  }

  private static AtomicReferenceArray<@Nullable Page> copyOf(
      AtomicReferenceArray<@Nullable Page> from, int length) {
    AtomicReferenceArray<@Nullable Page> copy = new AtomicReferenceArray<>(length);
    for (int i = 0; i < from.length(); i++) {
      copy.setPlain(i, from.get(i));
    }
    return copy;
  }

  /** Unsets everything. */
  void clear() {
    pages = new AtomicReferenceArray<>(16);
  }

  /** A copy as it is now. For the writing thread. */
  KeyTable copy() {
    KeyTable copy = new KeyTable();
    AtomicReferenceArray<@Nullable Page> fresh = new AtomicReferenceArray<>(pages.length());
    for (int i = 0; i < fresh.length(); i++) {
      Page page = pages.get(i);
      if (page != null) {
        Page twin = new Page();
        for (int c = 0; c < SIZE; c++) {
          twin.cells.setPlain(c, page.cells.getPlain(c));
        }
        twin.count = page.count;
        fresh.setPlain(i, twin);
      }
    }
    copy.pages = fresh;
    return copy;
  }

  /** Receives keys and their numbers. */
  @FunctionalInterface
  interface Visitor<X extends Exception> {
    void entry(long key, long value) throws X;
  }

  /** Hands on every key that is set, in ascending order. */
  <X extends Exception> void forEach(Visitor<X> visitor) throws X {
    // The table may grow meanwhile: a key that took the place of a smaller one must show.
    for (int number = 0; number < pages.length(); number++) {
      Page page = pages.getAcquire(number);
      for (int i = 0; page != null && i < SIZE; i++) {
        long value = page.cells.getAcquire(i);
        if (value != 0) {
          visitor.entry(((long) number << BITS) + i, value);
        }
      }
    }
  }
}
