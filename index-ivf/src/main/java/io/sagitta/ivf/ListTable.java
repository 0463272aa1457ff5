package io.sagitta.ivf;

import java.util.Arrays;

/**
 * All inverted lists of one state: pages of {@value #PAGE} lists, so that a writer copies only the
 * pages it touches and a new state of a million lists costs kilobytes.
 *
 * <p>Immutable; safe for all threads.
 */
final class ListTable {
  static final int PAGE = 256;

  private static final InvertedList[] EMPTY_PAGE = new InvertedList[PAGE];

  static {
    Arrays.fill(EMPTY_PAGE, InvertedList.EMPTY);
  }

  private final InvertedList[][] pages;
  private final int nlist;

  private ListTable(InvertedList[][] pages, int nlist) {
    this.pages = pages;
    this.nlist = nlist;
  }

  /** A table of empty lists. */
  static ListTable empty(int nlist) {
    InvertedList[][] pages = new InvertedList[(nlist + PAGE - 1) / PAGE][];
    Arrays.fill(pages, EMPTY_PAGE);
    return new ListTable(pages, nlist);
  }

  int nlist() {
    return nlist;
  }

  InvertedList get(int list) {
    if (list < 0 || list >= nlist) {
      throw noSuchList(list);
    }
    return pages[list / PAGE][list % PAGE];
  }

  /** A quantizer that stores ids of its own may, in a damaged file, name lists there are not. */
  private IllegalStateException noSuchList(int list) {
    return new IllegalStateException(
        "the quantizer names list " + list + ", there are " + nlist + " lists");
  }

  /** Rows of all lists. */
  long totalSize() {
    long sum = 0;
    for (int i = 0; i < nlist; i++) {
      sum += get(i).size();
    }
    return sum;
  }

  Editor edit() {
    return new Editor(this);
  }

  /** Collects changes for the next table; for one writer. */
  static final class Editor {
    private final ListTable base;
    private final InvertedList[][] pages;

    private Editor(ListTable base) {
      this.base = base;
      this.pages = base.pages.clone();
    }

    InvertedList get(int list) {
      if (list < 0 || list >= base.nlist) {
        throw base.noSuchList(list);
      }
      return pages[list / PAGE][list % PAGE];
    }

    void set(int list, InvertedList value) {
      int p = list / PAGE;
      if (pages[p] == base.pages[p]) {
        pages[p] = pages[p].clone();
      }
      pages[p][list % PAGE] = value;
    }

    ListTable table() {
      return new ListTable(pages, base.nlist);
    }
  }
}
