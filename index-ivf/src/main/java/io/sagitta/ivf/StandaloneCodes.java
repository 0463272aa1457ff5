package io.sagitta.ivf;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Stand-alone codes (FAISS {@code sa_encode}): the list number in the fewest bytes that hold nlist
 * − 1, little-endian, then the code in the list, or what of it makes the rest.
 */
final class StandaloneCodes {
  private StandaloneCodes() {}

  static void encode(IndexIVF index, IvfState s, Vectors x, MemorySegment codes) {
    long[] lists = CoarseAssignment.nearest(index.quantizer(), x);
    int head = index.coarseCodeSize();
    int size = s.codec.codeSize();
    try (Arena arena = Arena.ofShared()) {
      Vectors source = x;
      if (index.byResidual()) {
        MemorySegment residuals = arena.allocate(Math.max(1, x.n() * x.rowBytes()), 64);
        CoarseAssignment.residuals(index.quantizer(), x, lists, residuals);
        source = new Vectors(x.n(), x.d(), residuals);
      }
      MemorySegment plain = arena.allocate(Math.max(1, x.n() * size), 64);
      index.encode(s, lists, source, plain);
      int kept = index.standaloneSize(s);
      for (int i = 0; i < lists.length; i++) {
        long at = (long) i * (head + kept);
        for (int b = 0; b < head; b++) {
          codes.set(ValueLayout.JAVA_BYTE, at + b, (byte) (lists[i] >>> 8 * b));
        }
        if (lists[i] < 0) {
          codes.asSlice(at + head, kept).fill((byte) 0);
        } else {
          MemorySegment.copy(plain, (long) i * size, codes, at + head, kept);
        }
      }
    }
  }

  private static long list(IndexIVF index, MemorySegment codes, long at) {
    long list = 0;
    for (int b = 0; b < index.coarseCodeSize(); b++) {
      list |= (codes.get(ValueLayout.JAVA_BYTE, at + b) & 0xffL) << 8 * b;
    }
    if (list >= index.nlist()) {
      throw ProbeWalk.badList(list, index.nlist());
    }
    return list;
  }

  static void decode(IndexIVF index, IvfState s, long n, MemorySegment codes, MemorySegment out) {
    int head = index.coarseCodeSize();
    int kept = index.standaloneSize(s);
    for (long i = 0; i < n; i++) {
      long at = i * (head + kept);
      long list = list(index, codes, at);
      s.codec.decode(1, codes, at + head, out, i * index.d() * 4);
      if (index.byResidual()) {
        IvfRows.addCentroid(index, (int) list, 1, out, i * index.d() * 4);
      }
    }
  }

  /** Adds codes made by {@link #encode}. */
  static void add(
      IndexIVF index, IvfState s, ListStore store, long n, MemorySegment codes, long[] ids) {
    if (ids.length > 0 && index.directMapType() == DirectMapType.ARRAY) {
      throw new IllegalStateException(
          "with an array direct map the index numbers its vectors itself: give no ids");
    }
    int head = index.coarseCodeSize();
    int kept = index.standaloneSize(s);
    MemorySegment whole = MemorySegment.ofArray(new byte[s.codec.codeSize()]);
    float[] vector = new float[kept == s.codec.codeSize() ? 0 : index.d()];
    index.requireUpdatable();
    ListLayout layout = ListLayout.of(s.codec);
    ListEditor editor = new ListEditor(s.lists, store, layout);
    DirectMap.Changes changes = new DirectMap.Changes();
    boolean done = false;
    try {
      for (long i = 0; i < n; i++) {
        long at = i * (head + kept);
        int list = (int) list(index, codes, at);
        InvertedList grown = editor.append(list, 1);
        int row = grown.size() - 1;
        int c = grown.chunkOf(row);
        ListChunk chunk = grown.chunk(c);
        int place = row - grown.start(c);
        if (vector.length == 0) {
          layout.write(chunk, place, 1, codes, at + head);
        } else {
          s.codec.decode(1, codes, at + head, MemorySegment.ofArray(vector), 0);
          s.codec.encode(Vectors.one(vector), whole, 0);
          layout.write(chunk, place, 1, whole, 0);
        }
        long id = ids.length == 0 ? s.ntotal + i : ids[(int) i];
        chunk.setId(place, id);
        changes.put(id, (long) list << 32 | row);
      }
      index.publishLists(s, editor, s.ntotal + n, changes, s.extra);
      done = true;
    } finally {
      if (!done) {
        editor.rollback();
      }
    }
  }
}
