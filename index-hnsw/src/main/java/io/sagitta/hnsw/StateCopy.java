package io.sagitta.hnsw;

import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.memory.CodeRows;

/** Copies a state into a writer of its own, rows renumbered to dense ids. */
final class StateCopy {
  private StateCopy() {}

  /**
   * @param target empty, of the same plan and code size
   * @return the target's first state
   */
  static HnswState into(HnswState s, VectorCodec codec, CodeRows codes, HnswWriter target) {
    Graph from = s.graph();
    GraphStore to = target.graph();
    int n = (int) s.count();
    to.grow(n);
    for (int i = 0; i < n; i++) {
      to.place(i, from.levelOf(s.rowOf(i)));
    }
    int entry = from.entryPoint();
    to.setEntry(n == 0 ? -1 : (int) s.idOf(entry), n == 0 ? -1 : from.maxLevel());
    OwnedGraph view = to.view();
    int[] list = new int[from.plan().maxSlots()];
    target.codes().grow(n);
    CodeRows out = target.codes().view();
    for (int i = 0; i < n; i++) {
      int row = s.rowOf(i);
      for (int l = 0; l <= from.levelOf(row); l++) {
        int m = from.neighbors(row, l, list);
        int kept = 0;
        for (int j = 0; j < m; j++) {
          if (s.hasRow(list[j])) {
            list[kept++] = (int) s.idOf(list[j]);
          }
        }
        view.writeList(i, l, list, kept);
      }
      target.codes().set(i, codes.chunk(row), codes.offset(row));
    }
    return new HnswState(codec, out, to.newView(), null, n);
  }
}
