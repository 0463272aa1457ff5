package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Originals of a store in memory: pages of some rows by key, made when a key of theirs is put and
 * given up when none is left. A page goes when the collector finds that no reader holds it.
 */
final class MemoryOriginals implements Originals {
  private static final class Page {
    final MemorySegment rows;
    final boolean[] present;
    int count;

    Page(int pageRows, long rowBytes) {
      rows = Arena.ofAuto().allocate(pageRows * rowBytes, 64);
      present = new boolean[pageRows];
    }
  }

  private final int shift;
  private final long rowBytes;
  private final AtomicLong bytes = new AtomicLong();
  private volatile AtomicReferenceArray<@Nullable Page> pages = new AtomicReferenceArray<>(16);

  MemoryOriginals(int dimension) {
    rowBytes = 4L * dimension;
    shift = Math.max(4, 63 - Long.numberOfLeadingZeros(Math.max(1, (1 << 20) / rowBytes)));
  }

  @Override
  public void put(long firstKey, Vectors x) {
    for (long i = 0; i < x.n(); i++) {
      long key = firstKey + i;
      Page page = pageFor(key);
      int row = rowOf(key);
      MemorySegment.copy(x.data(), x.offset(i), page.rows, row * rowBytes, rowBytes);
      page.count += page.present[row] ? 0 : 1;
      page.present[row] = true;
      // Makes the row visible with the flag to whoever reads the page again.
      pages.setRelease((int) (key >>> shift), page);
    }
  }

  private int rowOf(long key) {
    return (int) (key & ((1L << shift) - 1));
  }

  private Page pageFor(long key) {
    int number = Math.toIntExact(key >>> shift);
    if (number >= pages.length()) {
      AtomicReferenceArray<@Nullable Page> wider =
          new AtomicReferenceArray<>(Math.max(number + 1, 2 * pages.length()));
      for (int i = 0; i < pages.length(); i++) {
        wider.setPlain(i, pages.get(i));
      }
      pages = wider;
    }
    Page page = pages.get(number);
    if (page == null) {
      page = new Page(1 << shift, rowBytes);
      bytes.addAndGet(page.rows.byteSize());
    }
    return page;
  }

  @Override
  public boolean read(long key, MemorySegment out, long offset) {
    AtomicReferenceArray<@Nullable Page> p = pages;
    long number = key >>> shift;
    Page page = number < 0 || number >= p.length() ? null : p.getAcquire((int) number);
    if (page == null || !page.present[rowOf(key)]) {
      return false;
    }
    MemorySegment.copy(page.rows, rowOf(key) * rowBytes, out, offset, rowBytes);
    return true;
  }

  @Override
  public void remove(long key) {
    int number = Math.toIntExact(key >>> shift);
    Page page = number >= pages.length() ? null : pages.get(number);
    if (page != null && page.present[rowOf(key)]) {
      page.present[rowOf(key)] = false;
      if (--page.count == 0) {
        bytes.addAndGet(-page.rows.byteSize());
        pages.setRelease(number, null);
      }
    }
  }

  @Override
  public void clear() {
    pages = new AtomicReferenceArray<>(16);
    bytes.set(0);
  }

  @Override
  public long bytes() {
    return bytes.get();
  }

  @Override
  public void sync() {}

  @Override
  public void snapshotTaken() {}

  @Override
  public void close() {
    clear();
  }
}
