package io.sagitta.ivf;

import java.lang.foreign.MemorySegment;

/** What callers may see of the lists of a state. */
final class ListInspection {
  private ListInspection() {}

  /**
   * A list by its number.
   *
   * @throws IllegalArgumentException if there is none
   */
  static InvertedList list(IvfState s, int list) {
    if (list < 0 || list >= s.lists.nlist()) {
      throw ProbeWalk.badList(list, s.lists.nlist());
    }
    return s.lists.get(list);
  }

  /** Ids in the list's order. */
  static long[] ids(IvfState s, int list) {
    InvertedList l = list(s, list);
    long[] ids = new long[l.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = l.id(i);
    }
    return ids;
  }

  /** Codes in the list's order, in FAISS's layout. */
  static byte[] codes(IvfState s, int list) {
    InvertedList l = list(s, list);
    int size = s.codec.codeSize();
    byte[] codes = new byte[Math.multiplyExact(l.size(), size)];
    MemorySegment target = MemorySegment.ofArray(codes);
    ListLayout layout = ListLayout.of(s.codec);
    for (int c = 0; c < l.chunkCount(); c++) {
      layout.read(l.chunk(c), 0, l.rows(c), target, (long) l.start(c) * size);
    }
    return codes;
  }

  /** nlist · Σ n² / (Σ n)², 1 without vectors. */
  static double imbalance(IvfState s) {
    int nlist = s.lists.nlist();
    double total = 0;
    double squares = 0;
    for (int l = 0; l < nlist; l++) {
      double n = s.lists.get(l).size();
      total += n;
      squares += n * n;
    }
    return total == 0 ? 1 : squares * nlist / (total * total);
  }

  /** Bytes of codes and ids in use. */
  static long bytes(IvfState s) {
    long sum = 0;
    for (int l = 0; l < s.lists.nlist(); l++) {
      sum += s.lists.get(l).bytes(s.codec.codeSize());
    }
    return sum;
  }
}
