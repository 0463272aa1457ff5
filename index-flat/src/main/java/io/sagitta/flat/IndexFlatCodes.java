package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.RowIndex;
import io.sagitta.core.RowMoves;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.FlatScan;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Codes of equal size, one after the other, searched exhaustively: the base of {@link IndexFlat}
 * and of the scalar- and product-quantized flat indexes.
 *
 * <p><b>Ids</b> are dense, as FAISS numbers them: a removal shifts the following ids down. Inside,
 * removed rows are marked and later compacted; the numbering is a mapping over that.
 *
 * <p><b>Ties.</b> Rows are offered in ascending order of their ids on every path, whatever the
 * number of threads: a row enters only if strictly better than the worst kept, and then the worst
 * with the largest id leaves (similarities: with the smallest), as in FAISS's heap.
 *
 * <p><b>Threads.</b> Any thread may search while another writes; a search answers from the state
 * published when it began. <b>Memory.</b> Codes off heap, and when grown by adding at most 2 MiB
 * more (below 1 MiB at most as much again); {@link #close()} frees them. On heap: 60 bytes a chunk
 * of 4 to 8 MiB, and one bit a row in chunks with removed rows.
 *
 * <p>Source: FAISS {@code IndexFlatCodes}.
 */
public abstract class IndexFlatCodes extends AbstractIndex<FlatState>
    implements RowIndex<FlatState> {
  private static final int ADD_STEP = 1 << 16;

  private final RowWriter writer;
  private final boolean readOnly;

  /**
   * @param rows what the index begins with, of {@code codec.codeSize()} bytes each
   */
  IndexFlatCodes(VectorCodec codec, MetricType metric, float metricArg, StoredRows rows) {
    super(codec.d(), metric, metricArg, first(codec, metric, metricArg, rows));
    writer = rows.writer();
    readOnly = rows.readOnly();
  }

  private static FlatState first(VectorCodec codec, MetricType m, float arg, StoredRows rows) {
    return new FlatState(codec, rows.rows(), scratchOf(codec, m, arg));
  }

  private static Reuse<FlatScratch> scratchOf(VectorCodec codec, MetricType m, float arg) {
    return new Reuse<>(() -> new FlatScratch(codec.scorer(m, arg), m));
  }

  // ---- for indexes that keep codes of this kind ----

  /** An empty index of the same class and settings over a codec of the same class. */
  public final IndexFlatCodes emptyLike(VectorCodec codec) {
    return like(codec, StoredRows.none(codec.codeSize()));
  }

  /**
   * The codes of a state, row i those of id i; valid while the state is held.
   *
   * @throws IllegalStateException if vectors were removed from this index
   */
  public final CodeRows codesOf(FlatState s) {
    FlatRows rows = s.rows();
    if (!rows.dense()) {
      throw new IllegalStateException("rows of an index with removed vectors have no common order");
    }
    MemorySegment[] chunks = new MemorySegment[rows.chunkCount()];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = rows.chunk(i).data;
    }
    return CodeRows.ofChunks(chunks, 1L << rows.shift(), s.codec().codeSize(), s.size());
  }

  // ---- for subclasses ---------------------------------------------------------------------------

  /** An index of the same class and settings over other rows. */
  abstract IndexFlatCodes like(VectorCodec codec, StoredRows rows);

  /** Search parameters the class has, besides the selector. */
  Set<SearchKey> searchKeys() {
    return Set.of();
  }

  /** Idle scratch for one call; a class whose parameters choose the scorer overrides this. */
  Reuse<FlatScratch> scratchFor(FlatState s, SearchParameters p) {
    return s.scratch();
  }

  /**
   * Whether codes are float32 vectors, which {@link FlatScan} searches with matrix kernels and
   * early ends; other codes are searched by the codec's scorer.
   */
  boolean isFloat() {
    return false;
  }

  /**
   * k-NN by a way of the class's own, with dense ids as labels.
   *
   * @param byRow whether a selector is asked with rows
   * @return false if it has none
   */
  boolean searchOwn(
      FlatState s, Vectors queries, int k, SearchParameters p, boolean byRow, KnnResult out) {
    return false;
  }

  /**
   * Whether two indexes hold codes that mean the same, so that one may be merged into the other.
   */
  abstract boolean sameCodes(IndexFlatCodes other);

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected final long ntotalIn(FlatState s) {
    return s.size();
  }

  @Override
  protected final boolean isTrainedIn(FlatState s) {
    return s.codec().isTrained();
  }

  @Override
  protected final void searchIn(
      FlatState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    FlatSearch.knn(this, s, queries, k, p, false, out);
  }

  @Override
  protected final void searchWithIn(
      FlatState s, Vectors query, ResultCollector collector, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    FlatSearch.collect(this, s, query, 0, collector, p, false);
  }

  @Override
  protected final RangeResult rangeSearchIn(
      FlatState s, Vectors queries, float radius, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    return FlatSearch.range(this, s, queries, radius, p, false);
  }

  @Override
  protected final void reconstructIn(FlatState s, long id, MemorySegment out, long offset) {
    checkId(s, id);
    FlatRows rows = s.rows();
    int c = rows.chunkOfId(id);
    long at = (long) rows.positionOfId(c, id) * s.codec().codeSize();
    s.codec().decode(1, rows.chunk(c).data, at, out, offset);
  }

  private static void checkId(FlatState s, long id) {
    if (id < 0 || id >= s.size()) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + s.size() + ")");
    }
  }

  @Override
  protected final void reconstructNIn(FlatState s, long from, long n, MemorySegment out) {
    VectorCodec codec = s.codec();
    LiveRuns.forEach(
        s.rows(),
        from,
        from + n,
        (chunk, position, count, done) ->
            codec.decode(
                count, chunk.data, (long) position * codec.codeSize(), out, done * 4 * d()));
  }

  @Override
  protected final long saCodeSizeIn(FlatState s) {
    return s.codec().codeSize();
  }

  @Override
  protected final void saEncodeIn(FlatState s, Vectors x, MemorySegment codes) {
    s.codec().encode(x, codes, 0);
  }

  @Override
  protected final void saDecodeIn(FlatState s, long n, MemorySegment codes, MemorySegment out) {
    s.codec().decode(n, codes, 0, out, 0);
  }

  @Override
  protected final long offHeapBytesIn(FlatState s) {
    return s.rows().bytes();
  }

  @Override
  protected final Index copyOf(FlatState s) {
    VectorCodec codec = s.codec().copy();
    IndexFlatCodes copy = like(codec, StoredRows.none(codec.codeSize()));
    copy.writeVoid(() -> copy.appendCodes(s));
    return copy;
  }

  // ---- rows -------------------------------------------------------------------------------------

  @Override
  public final void searchRows(
      FlatState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    FlatSearch.knn(this, s, queries, k, p, true, out);
    for (int q = 0; q < out.nq(); q++) {
      FlatSearch.toRows(s.rows(), out, q);
    }
  }

  @Override
  public final void searchRowsWith(
      FlatState s, Vectors query, ResultCollector collector, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    FlatRows rows = s.rows();
    TranslatingCollector c = new TranslatingCollector(collector, rows::rowOf);
    FlatSearch.collect(this, s, query, 0, c, p, true);
  }

  @Override
  public final RangeResult rangeSearchRows(
      FlatState s, Vectors queries, float radius, SearchParameters p) {
    p.requireOnly(getClass().getSimpleName(), searchKeys());
    RangeResult r = FlatSearch.range(this, s, queries, radius, p, true);
    long[] ids = r.ids();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = s.rows().rowOf(ids[i]);
    }
    return r;
  }

  @Override
  public final long rowBound(FlatState s) {
    return s.rows().rowBound();
  }

  @Override
  public final boolean hasRow(FlatState s, long row) {
    return s.rows().hasRow(row);
  }

  @Override
  public final long rowOf(FlatState s, long id) {
    checkId(s, id);
    return s.rows().rowOf(id);
  }

  @Override
  public final void rowsOf(FlatState s, long from, int n, long[] out) {
    int shift = s.rows().shift();
    LiveRuns.forEach(
        s.rows(),
        from,
        from + n,
        (chunk, position, count, done) -> {
          long row = ((long) chunk.slot << shift) + position;
          for (int i = 0; i < count; i++) {
            out[(int) done + i] = row + i;
          }
        });
  }

  @Override
  public final void reconstructRow(FlatState s, long row, MemorySegment out, long offset) {
    int shift = s.rows().shift();
    Chunk c = s.rows().bySlot((int) (row >>> shift));
    long at = (row & (1L << shift) - 1) * s.codec().codeSize();
    s.codec().decode(1, c.data, at, out, offset);
  }

  @Override
  public final long removeRows(long[] rows, int n, @Nullable RowMoves moves) {
    return write(
        () -> {
          checkWritable("removeIds");
          long[] ordinals = new long[n];
          int found = 0;
          for (int i = 0; i < n; i++) {
            long o = writer.ordinalOfRow(current().rows(), rows[i]);
            if (o >= 0) {
              ordinals[found++] = o;
            }
          }
          return remove(ordinals, SelectedOrdinals.sortDistinct(ordinals, found), moves);
        });
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void checkWritable(String verb) {
    if (readOnly) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " over a mapped file is read-only: no " + verb);
    }
  }

  @Override
  protected final void trainLocked(Vectors x, ProgressListener listener) {
    FlatState s = current();
    VectorCodec trained = s.codec().copy();
    trained.train(x, listener);
    if (trained != s.codec()) {
      if (s.size() > 0) {
        throw new IllegalStateException(
            getClass().getSimpleName() + " holds " + s.size() + " codes: reset it before training");
      }
      publish(
          new FlatState(trained, s.rows(), scratchOf(trained, metricType(), metricArg())), null);
    }
  }

  @Override
  protected final void addLocked(Vectors x, ProgressListener listener) {
    checkWritable("add");
    VectorCodec codec = current().codec();
    append(
        x.n(),
        (target, offset, from, n) -> {
          for (long done = 0; done < n; done += ADD_STEP) {
            listener.report("add", from + done, x.n());
            long here = Math.min(ADD_STEP, n - done);
            codec.encode(x.slice(from + done, here), target, offset + done * codec.codeSize());
          }
        });
  }

  @Override
  protected final void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    checkWritable("addSaCodes");
    if (ids.length != 0) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " numbers its vectors itself: no addSaCodes with ids");
    }
    int size = current().codec().codeSize();
    append(
        n,
        (target, offset, from, count) ->
            MemorySegment.copy(codes, from * size, target, offset, count * size));
  }

  private void append(long n, RowFiller filler) {
    if (n == 0) {
      return;
    }
    FlatState s = current();
    Retired retired = new Retired(writer.slots());
    FlatRows rows = writer.append(s.rows(), n, filler, retired);
    publish(s.with(rows), retired.action());
  }

  /** Appends the live codes of another index's state. */
  private void appendCodes(FlatState other) {
    int size = other.codec().codeSize();
    append(
        other.size(),
        (target, offset, from, n) ->
            LiveRuns.forEach(
                other.rows(),
                from,
                from + n,
                (chunk, position, count, done) ->
                    MemorySegment.copy(
                        chunk.data,
                        (long) position * size,
                        target,
                        offset + done * size,
                        (long) count * size)));
  }

  @Override
  protected final long removeIdsLocked(IDSelector selector) {
    checkWritable("removeIds");
    LongArrayList ordinals = SelectedOrdinals.of(current().rows(), selector);
    return remove(ordinals.buffer, ordinals.size(), null);
  }

  private long remove(long[] ordinals, int n, @Nullable RowMoves moves) {
    if (n > 0) {
      FlatState s = current();
      Retired retired = new Retired(writer.slots());
      FlatRows rows = writer.remove(s.rows(), ordinals, n, moves, retired);
      publish(s.with(rows), retired.action());
    }
    return n;
  }

  @Override
  protected final void mergeFromLocked(Index other, long addId) {
    checkWritable("mergeFrom");
    if (!(other instanceof IndexFlatCodes o)
        || o.getClass() != getClass()
        || o.d() != d()
        || o.metricType() != metricType()
        || o.metricArg() != metricArg()
        || !sameCodes(o)) {
      throw new IllegalArgumentException(
          "only an index with the same codes can be merged into this "
              + getClass().getSimpleName()
              + ", given: "
              + other.getClass().getSimpleName());
    }
    if (addId != 0) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " stores no ids: addId must be 0, given: " + addId);
    }
    o.checkWritable("mergeFrom");
    appendCodes(o.current());
    o.resetLocked();
  }

  @Override
  protected final void resetLocked() {
    checkWritable("reset");
    FlatState s = current();
    Retired retired = new Retired(writer.slots());
    retireAll(s.rows(), retired);
    publish(s.with(writer.none()), retired.action());
  }

  private static void retireAll(FlatRows rows, Retired retired) {
    for (int i = 0; i < rows.chunkCount(); i++) {
      retired.chunk(rows.chunk(i));
    }
  }

  @Override
  protected final void freeAll(FlatState last) {
    Retired retired = new Retired(writer.slots());
    retireAll(last.rows(), retired);
    Runnable action = retired.action();
    if (action != null) {
      action.run();
    }
  }
}
