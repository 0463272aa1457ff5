package io.sagitta.ivf;

import io.sagitta.core.codec.FastScanCodes;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * FAISS's block lists ({@code ilbl}): for each list its ids, then blocks of bbs vectors, each the
 * nibbles of (M2/2)·bbs bytes and, for RaBitQ, one record of factors per vector behind them.
 *
 * @param m nibbles of a vector
 * @param nibbleBytes bytes of a plain code that are nibbles
 * @param record bytes of a plain code behind them
 * @param bbs vectors of a block
 */
record BlockListsFile(int m, int nibbleBytes, int record, int bbs) {
  private static final long NO_CODE_SIZE = -1L;

  private long nibbles() {
    return (m + 1L) / 2 * bbs;
  }

  private long stride() {
    return nibbles() + (long) bbs * record;
  }

  /** A record of factors outside the blocks, by the vector's id (older files). */
  interface Apart {
    void read(long id, MemorySegment plain, long offset) throws IOException;
  }

  /**
   * Reads all lists.
   *
   * @param apart where the records are if not in the blocks, else null
   */
  ListsFile.Lists read(IndexInput in, int nlist, ListLayout layout, @Nullable Apart apart)
      throws IOException {
    String fourcc = in.readFourcc();
    if (!fourcc.equals("ilbl")) {
      throw in.bad("inverted lists " + fourcc + ", expected ilbl");
    }
    long lists = in.readLong();
    if (lists != nlist) {
      throw in.bad("there are " + Long.toUnsignedString(lists) + " lists, nlist is " + nlist);
    }
    long codeSize = in.readLong();
    if (codeSize != NO_CODE_SIZE && codeSize != layout.codeSize) {
      throw in.bad("code_size " + codeSize + " is not " + layout.codeSize);
    }
    long perBlock = in.readLong();
    long blockSize = in.readLong();
    long stride = apart == null ? stride() : nibbles();
    if (perBlock != bbs || blockSize != stride) {
      throw in.bad(
          "blocks of "
              + perBlock
              + " vectors in "
              + blockSize
              + " bytes, expected "
              + bbs
              + " in "
              + stride);
    }
    MemoryListStore store = new MemoryListStore();
    boolean done = false;
    try {
      ListEditor editor = new ListEditor(ListTable.empty(nlist), store, layout);
      for (int l = 0; l < nlist; l++) {
        long[] ids = in.readLongVector();
        long bytes = in.readCount(1);
        if (bytes != (ids.length + bbs - 1L) / bbs * stride) {
          throw in.bad(
              "list " + l + " has " + bytes + " bytes of blocks for " + ids.length + " ids");
        }
        fill(in.peekAndSkip(bytes), ids, stride, editor, l, layout, apart);
      }
      done = true;
      return new ListsFile.Lists(editor.table(), store, List.of());
    } finally {
      if (!done) {
        store.close();
      }
    }
  }

  private void fill(
      MemorySegment blocks,
      long[] ids,
      long stride,
      ListEditor editor,
      int l,
      ListLayout layout,
      @Nullable Apart apart)
      throws IOException {
    if (ids.length == 0) {
      return;
    }
    ListChunk chunk = editor.renew(l, ids.length).chunk(0);
    MemorySegment plain = MemorySegment.ofArray(new byte[layout.codeSize]);
    for (int i = 0; i < ids.length; i++) {
      for (int s = 0; s < m; s += 2) {
        int low = FastScanCodes.faissGet(blocks, 0, i, s, bbs, stride);
        int high = s + 1 < m ? FastScanCodes.faissGet(blocks, 0, i, s + 1, bbs, stride) : 0;
        plain.set(ValueLayout.JAVA_BYTE, s / 2, (byte) (low | high << 4));
      }
      if (apart != null) {
        apart.read(ids[i], plain, nibbleBytes);
      } else if (record > 0) {
        long at = i / bbs * stride + nibbles() + (long) (i % bbs) * record;
        MemorySegment.copy(blocks, at, plain, nibbleBytes, record);
      }
      layout.write(chunk, i, 1, plain, 0);
      chunk.setId(i, ids[i]);
    }
  }

  /** Writes all lists of a state. */
  void write(IvfState state, IndexOutput out) throws IOException {
    ListLayout layout = ListLayout.of(state.codec);
    ListTable lists = state.lists;
    long stride = stride();
    out.writeFourcc("ilbl");
    out.writeLong(lists.nlist());
    out.writeLong(NO_CODE_SIZE);
    out.writeLong(bbs);
    out.writeLong(stride);
    byte[] block = new byte[Math.toIntExact(stride)];
    MemorySegment target = MemorySegment.ofArray(block);
    MemorySegment plain = MemorySegment.ofArray(new byte[layout.codeSize]);
    for (int l = 0; l < lists.nlist(); l++) {
      InvertedList list = lists.get(l);
      out.writeLong(list.size());
      for (int i = 0; i < list.size(); i++) {
        out.writeLong(list.id(i));
      }
      out.writeLong((list.size() + bbs - 1L) / bbs * stride);
      for (int first = 0; first < list.size(); first += bbs) {
        Arrays.fill(block, (byte) 0);
        for (int i = 0; i < Math.min(bbs, list.size() - first); i++) {
          int c = list.chunkOf(first + i);
          layout.read(list.chunk(c), first + i - list.start(c), 1, plain, 0);
          for (int s = 0; s < m; s++) {
            int code = plain.get(ValueLayout.JAVA_BYTE, s / 2) >> 4 * (s & 1) & 15;
            FastScanCodes.faissPut(target, 0, i, s, bbs, stride, code);
          }
          MemorySegment.copy(plain, nibbleBytes, target, nibbles() + (long) i * record, record);
        }
        out.writeSegment(target, 0, stride);
      }
    }
  }
}
