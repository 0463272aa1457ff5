package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FloatCodec;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Adds vectors: assigns a block to its lists, reserves the rows, then encodes list by list on all
 * threads. Rows of a list keep the order of the input. Nothing is visible before the last block is
 * in; a failure leaves no trace.
 */
final class VectorAdder {
  /** Rows assigned at once, as in FAISS. */
  private static final int BLOCK = 65536;

  /** Rows placed at once: each list is made longer once for so many, and stays in one piece. */
  private static final int PLACED = 16 * BLOCK;

  private final IndexIVF index;
  private final IvfState state;
  private final ListEditor editor;
  private final DirectMap.Changes changes = new DirectMap.Changes();
  private final boolean mapped;

  private VectorAdder(IndexIVF index, IvfState state, ListStore store) {
    this.index = index;
    this.state = state;
    this.editor = new ListEditor(state.lists, store, ListLayout.of(state.codec));
    this.mapped = index.directMapType() != DirectMapType.NONE;
  }

  /**
   * Adds.
   *
   * @param ids one per row, or null to number from ntotal
   * @param lists one per row, or null to ask the quantizer
   */
  static void add(
      IndexIVF index,
      IvfState state,
      ListStore store,
      Vectors x,
      long @Nullable [] ids,
      long @Nullable [] lists,
      ProgressListener listener) {
    if (ids != null && index.directMapType() == DirectMapType.ARRAY) {
      throw new IllegalStateException(
          "with an array direct map the index numbers its vectors itself: use add");
    }
    VectorAdder adder = new VectorAdder(index, state, store);
    boolean done = false;
    try {
      for (long from = 0; from < x.n(); from += PLACED) {
        Vectors block = x.slice(from, Math.min(PLACED, x.n() - from));
        long[] assigned = lists == null ? adder.assign(block, from, x.n(), listener) : lists;
        adder.addBlock(block, ids, from, assigned, lists == null ? 0 : (int) from);
        listener.report("add", from + block.n(), x.n());
      }
      index.publishLists(
          state,
          adder.editor,
          state.ntotal + x.n(),
          adder.changes,
          index.extraAfterAdd(state, x, ids, lists));
      done = true;
    } finally {
      if (!done) {
        adder.editor.rollback();
      }
    }
  }

  /** The list of each row of a block that begins at row {@code first} of {@code total}. */
  private long[] assign(Vectors x, long first, long total, ProgressListener listener) {
    long[] lists = new long[(int) x.n()];
    for (int from = 0; from < lists.length; from += BLOCK) {
      Vectors part = x.slice(from, Math.min(BLOCK, lists.length - from));
      long[] nearest = CoarseAssignment.nearest(index.quantizer(), part);
      System.arraycopy(nearest, 0, lists, from, nearest.length);
      if (from + nearest.length < lists.length) {
        listener.report("add", first + from + nearest.length, total);
      }
    }
    return lists;
  }

  private void addBlock(Vectors x, long @Nullable [] ids, long first, long[] lists, int listsFrom) {
    long[] keys = CoarseAssignment.byList(lists, listsFrom, (int) x.n());
    int[] starts = new int[keys.length + 1];
    int runs = 0;
    for (int i = 0; i < keys.length; i++) {
      if (i == 0 || keys[i] >>> 32 != keys[i - 1] >>> 32) {
        starts[runs++] = i;
      }
    }
    starts[runs] = keys.length;
    InvertedList[] grown = new InvertedList[runs];
    for (int r = 0; r < runs; r++) {
      int n = starts[r + 1] - starts[r];
      int list = (int) (keys[starts[r]] >>> 32);
      grown[r] = editor.append(list, n);
      for (int i = 0; mapped && i < n; i++) {
        long id = id(ids, first, (int) keys[starts[r] + i]);
        changes.put(id, (long) list << 32 | grown[r].size() - n + i);
      }
    }
    Parallelism.forRange(
        runs,
        8,
        (from, to) -> {
          RowWriter writer = new RowWriter(index, state);
          for (int r = (int) from; r < to; r++) {
            fill(writer, x, ids, first, keys, starts[r], starts[r + 1], grown[r]);
          }
        });
  }

  private long id(long @Nullable [] ids, long first, int row) {
    return ids == null ? state.ntotal + first + row : ids[(int) first + row];
  }

  private void fill(
      RowWriter writer,
      Vectors x,
      long @Nullable [] ids,
      long first,
      long[] keys,
      int from,
      int to,
      InvertedList list) {
    int row = list.size() - (to - from);
    for (int i = from; i < to; ) {
      int c = list.chunkOf(row);
      ListChunk chunk = list.chunk(c);
      int at = row - list.start(c);
      int here = Math.min(to - i, chunk.capacity() - at);
      writer.write(x, keys, i, here, chunk, at);
      for (int j = 0; j < here; j++) {
        chunk.setId(at + j, id(ids, first, (int) keys[i + j]));
      }
      i += here;
      row += here;
    }
  }

  /** Encodes chosen rows of one list, straight to their place. Scratch for one thread. */
  private static final class RowWriter {
    private static final int ROWS = 256;

    private final IndexIVF index;
    private final IvfState state;
    private final Index quantizer;
    private final int d;
    private final float[] rows;
    private final MemorySegment rowMemory;
    private final float[] centroid;
    private final ListLayout layout;
    private final MemorySegment codes;

    RowWriter(IndexIVF index, IvfState state) {
      this.index = index;
      this.state = state;
      this.quantizer = index.quantizer();
      this.d = index.d();
      this.rows = new float[state.codec instanceof FloatCodec ? 0 : ROWS * d];
      this.rowMemory = MemorySegment.ofArray(rows);
      this.centroid = new float[index.byResidual() ? d : 0];
      this.layout = ListLayout.of(state.codec);
      this.codes = MemorySegment.ofArray(new byte[layout.unit() == 1 ? 0 : ROWS * layout.codeSize]);
    }

    void write(Vectors x, long[] keys, int from, int n, ListChunk chunk, int at) {
      if (state.codec instanceof FloatCodec) {
        for (int i = 0; i < n; i++) {
          MemorySegment.copy(
              x.data(),
              x.offset((int) keys[from + i]),
              chunk.data(),
              chunk.codesAt() + (at + i) * x.rowBytes(),
              x.rowBytes());
        }
        return;
      }
      if (index.byResidual()) {
        quantizer.reconstruct(keys[from] >>> 32, MemorySegment.ofArray(centroid), 0);
      }
      for (int done = 0; done < n; done += ROWS) {
        int here = Math.min(ROWS, n - done);
        for (int i = 0; i < here; i++) {
          MemorySegment.copy(
              x.data(), Vectors.FLOAT, x.offset((int) keys[from + done + i]), rows, i * d, d);
          for (int j = 0; j < centroid.length; j++) {
            rows[i * d + j] -= centroid[j];
          }
        }
        Vectors block = new Vectors(here, d, rowMemory);
        if (layout.unit() == 1) {
          long to = chunk.codesAt() + (long) (at + done) * layout.codeSize;
          index.encodeRows(state, centroid, block, chunk.data(), to);
        } else {
          codes.fill((byte) 0);
          index.encodeRows(state, centroid, block, codes, 0);
          layout.write(chunk, at + done, here, codes, 0);
        }
      }
    }
  }
}
