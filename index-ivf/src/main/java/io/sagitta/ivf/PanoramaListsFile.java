package io.sagitta.ivf;

import io.sagitta.core.codec.PanoramaCodec;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Panorama's inverted lists in a file ({@code ilp2}; {@code ilpn} has batches of 128): for each
 * list whole batches of codes level by level, the ids, and the batches' tail norms. Where fewer
 * levels are in effect than asked for, the norms are followed by zeros up to the number asked for.
 *
 * @param codec how they lie in memory
 * @param file how they lie in the file
 */
record PanoramaListsFile(PanoramaCodec codec, PanoramaLayout file) {
  /** The batch of {@code ilpn}. */
  static final int LEGACY_BATCH = 128;

  private int vectorBytes() {
    return 4 * file.d();
  }

  /** Bytes of a batch's norms as the file counts them. */
  private long normBytesAsked() {
    return 4L * file.batch() * (file.levelsAsked() + 1);
  }

  /** Reads all lists; a copy is made, whether the file is mapped or not. */
  ListsFile.Lists read(IndexInput in, int nlist) throws IOException {
    String kind = in.readFourcc();
    if (kind.equals("il00")) {
      return new ListsFile.Lists(ListTable.empty(nlist), ListsFile.emptyStore(in), List.of());
    }
    if (!kind.equals("ilp2") && !kind.equals("ilpn")) {
      throw in.bad("inverted lists of kind \"" + kind + "\", expected ilp2 or ilpn");
    }
    ListsFile.checkShape(in, nlist, vectorBytes());
    long levels = in.readLong();
    long batch = kind.equals("ilp2") ? in.readLong() : LEGACY_BATCH;
    if (levels != file.levelsAsked() || batch != file.batch()) {
      throw in.bad(
          "lists of "
              + Long.toUnsignedString(levels)
              + " levels in batches of "
              + Long.toUnsignedString(batch)
              + ", the index has "
              + file.levelsAsked()
              + " and "
              + file.batch());
    }
    int[] sizes = readSizes(in, nlist);
    MemoryListStore store = new MemoryListStore();
    in.onFailure(store::close);
    ListLayout layout = ListLayout.of(codec);
    ListEditor editor = new ListEditor(ListTable.empty(nlist), store, layout);
    for (int l = 0; l < nlist; l++) {
      if (sizes[l] > 0) {
        readList(in, editor, layout, l, sizes[l]);
      }
    }
    return new ListsFile.Lists(editor.table(), store, List.of());
  }

  private static int[] readSizes(IndexInput in, int nlist) throws IOException {
    String encoding = in.readFourcc();
    boolean full = encoding.equals("full");
    if (!full && !encoding.equals("sprs")) {
      throw in.bad("list sizes are encoded as \"" + encoding + "\", not full or sprs");
    }
    long[] entries = in.readLongVector();
    if (full ? entries.length != nlist : entries.length % 2 != 0) {
      throw in.bad(entries.length + " size entries do not fit " + nlist + " lists");
    }
    int[] sizes = new int[nlist];
    for (int i = 0; i < entries.length; i += full ? 1 : 2) {
      long list = full ? i : entries[i];
      long n = full ? entries[i] : entries[i + 1];
      if (list < 0 || list >= nlist || n < 0 || n > Integer.MAX_VALUE || n > in.remaining()) {
        throw in.bad(
            "list "
                + Long.toUnsignedString(list)
                + " of "
                + nlist
                + " has "
                + Long.toUnsignedString(n)
                + " vectors");
      }
      sizes[(int) list] = (int) n;
    }
    return sizes;
  }

  private void readList(IndexInput in, ListEditor editor, ListLayout layout, int l, int n)
      throws IOException {
    long batches = file.batches(n);
    MemorySegment codes = in.peekAndSkip(batches * file.codeBytes());
    MemorySegment ids = in.peekAndSkip(8L * n);
    MemorySegment norms = in.peekAndSkip(batches * normBytesAsked());
    ListChunk chunk = editor.renew(l, n).chunk(0);
    MemorySegment plain = MemorySegment.ofArray(new byte[layout.codeSize]);
    PanoramaLayout single = new PanoramaLayout(file.d(), file.levelsAsked(), 1);
    for (int i = 0; i < n; i++) {
      long b = i / file.batch();
      int slot = i % file.batch();
      file.get(codes, b * file.codeBytes(), slot, plain, 0);
      PanoramaLayout.copyNorms(
          norms, b * file.normBytes(), file, slot, plain, vectorBytes(), single, 0);
      layout.write(chunk, i, 1, plain, 0);
      chunk.setId(i, ids.get(ListChunk.ID, 8L * i));
    }
  }

  /** Writes all lists of a state. */
  void write(IvfState state, IndexOutput out) throws IOException {
    ListTable lists = state.lists;
    out.writeFourcc("ilp2");
    out.writeLong(lists.nlist());
    out.writeLong(vectorBytes());
    out.writeLong(file.levelsAsked());
    out.writeLong(file.batch());
    out.writeFourcc("full");
    out.writeLong(lists.nlist());
    for (int l = 0; l < lists.nlist(); l++) {
      out.writeLong(lists.get(l).size());
    }
    MemorySegment codes = MemorySegment.ofArray(new byte[file.codeBytes()]);
    MemorySegment norms = MemorySegment.ofArray(new byte[file.normBytes()]);
    for (int l = 0; l < lists.nlist(); l++) {
      if (lists.get(l).size() > 0) {
        writeList(lists.get(l), codes, norms, out);
      }
    }
  }

  private void writeList(
      InvertedList list, MemorySegment codes, MemorySegment norms, IndexOutput out)
      throws IOException {
    ListLayout layout = ListLayout.of(codec);
    MemorySegment plain = MemorySegment.ofArray(new byte[layout.codeSize]);
    PanoramaLayout single = new PanoramaLayout(file.d(), file.levelsAsked(), 1);
    int n = list.size();
    for (int first = 0; first < n; first += file.batch()) {
      codes.fill((byte) 0);
      for (int i = 0; i < Math.min(file.batch(), n - first); i++) {
        read(list, layout, first + i, plain);
        file.putVector(codes, 0, i, plain, 0);
      }
      out.writeSegment(codes, 0, codes.byteSize());
    }
    for (int i = 0; i < n; i++) {
      out.writeLong(list.id(i));
    }
    for (int first = 0; first < n; first += file.batch()) {
      norms.fill((byte) 0);
      for (int i = 0; i < Math.min(file.batch(), n - first); i++) {
        read(list, layout, first + i, plain);
        PanoramaLayout.copyNorms(plain, vectorBytes(), single, 0, norms, 0, file, i);
      }
      out.writeSegment(norms, 0, norms.byteSize());
    }
    long unused = file.batches(n) * (normBytesAsked() - file.normBytes());
    for (long at = 0; at < unused; at += 4) {
      out.writeInt(0);
    }
  }

  private static void read(InvertedList list, ListLayout layout, int row, MemorySegment plain) {
    int c = list.chunkOf(row);
    layout.read(list.chunk(c), row - list.start(c), 1, plain, 0);
  }
}
