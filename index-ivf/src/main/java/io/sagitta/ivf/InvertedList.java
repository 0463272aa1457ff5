package io.sagitta.ivf;

import java.util.Arrays;

/**
 * One inverted list as a reader sees it: an immutable count over chunks whose rows below the count
 * never change. Growth adds a chunk, or joins the chunks in a new one; a removal makes a new list.
 *
 * <p>Immutable but for what is cached ({@link #bounds}, {@link #terms}, {@link #norms}); safe for
 * all threads.
 */
final class InvertedList {
  private static final float[] NO_TERMS = new float[0];

  static final InvertedList EMPTY = new InvertedList(new ListChunk[0], new int[0], 0);

  private final ListChunk[] chunks;
  private final int[] starts;
  private final int size;
  private volatile float[] terms = NO_TERMS;
  private volatile ListBounds bounds = ListBounds.UNKNOWN;
  private volatile RowNorms norms = RowNorms.NONE;

  private InvertedList(ListChunk[] chunks, int[] starts, int size) {
    this.chunks = chunks;
    this.starts = starts;
    this.size = size;
  }

  /** A list in one chunk. */
  static InvertedList of(ListChunk chunk, int size) {
    return new InvertedList(new ListChunk[] {chunk}, new int[] {0}, size);
  }

  /**
   * This list with {@code more} rows, which fit into what the last chunk and {@code extra} hold.
   */
  InvertedList grown(int more, ListChunk... extra) {
    int n = chunks.length;
    ListChunk[] c = Arrays.copyOf(chunks, n + extra.length);
    int[] s = Arrays.copyOf(starts, n + extra.length);
    for (int i = 0; i < extra.length; i++) {
      s[n + i] = n + i == 0 ? 0 : s[n + i - 1] + c[n + i - 1].capacity();
      c[n + i] = extra[i];
    }
    InvertedList grown = new InvertedList(c, s, Math.addExact(size, more));
    grown.terms = terms;
    grown.norms = norms;
    return grown;
  }

  /**
   * This list with {@code more} rows, the chunks from {@code first} on replaced by one that holds
   * their rows and has room for the new ones.
   */
  InvertedList joined(int first, ListChunk chunk, int more) {
    ListChunk[] c = Arrays.copyOf(chunks, first + 1);
    c[first] = chunk;
    InvertedList joined =
        new InvertedList(c, Arrays.copyOf(starts, first + 1), Math.addExact(size, more));
    joined.terms = terms;
    joined.norms = norms;
    return joined;
  }

  int size() {
    return size;
  }

  int chunkCount() {
    return chunks.length;
  }

  ListChunk chunk(int i) {
    return chunks[i];
  }

  /** The row the i-th chunk begins with. */
  int start(int i) {
    return starts[i];
  }

  /** Rows of the i-th chunk that belong to the list. */
  int rows(int i) {
    return Math.min(chunks[i].capacity(), size - starts[i]);
  }

  /** Room for more rows in the last chunk. */
  int spare() {
    int n = chunks.length;
    return n == 0 ? 0 : starts[n - 1] + chunks[n - 1].capacity() - size;
  }

  /** Number of the chunk that holds a row. */
  int chunkOf(int row) {
    int i = chunks.length - 1;
    while (starts[i] > row) {
      i--;
    }
    return i;
  }

  long id(int row) {
    int c = chunkOf(row);
    return chunks[c].id(row - starts[c]);
  }

  /** What is known of the distances of the list's vectors from its centroid. */
  ListBounds bounds() {
    return bounds;
  }

  /** Remembers bounds; two threads may compute the same ones. */
  void bounds(ListBounds b) {
    bounds = b;
  }

  /** {@link ListTerms} of the first rows; at most as many as the list has. */
  float[] terms() {
    return terms;
  }

  /** Remembers terms; two threads may compute the same ones. */
  void terms(float[] t) {
    terms = t;
  }

  /** {@link RowNorms} of the first rows; at most as many as the list has. */
  RowNorms norms() {
    return norms;
  }

  /** Remembers norms; two threads may compute the same ones. */
  void norms(RowNorms n) {
    norms = n;
  }

  /** Bytes of codes and ids in use. */
  long bytes(int codeSize) {
    return size * (codeSize + 8L);
  }
}
