package io.sagitta.flat;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.KnnVectors;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.RowIndex;
import io.sagitta.core.RowMoves;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives an index that numbers its vectors itself ids of the caller's choice.
 *
 * <p>Any id but −1 may be used (FAISS accepts −1 and then never returns it: mended on purpose); an
 * id may be given to several vectors. {@code add} without ids is refused, as in FAISS. Ties are
 * ordered as the index inside orders them.
 *
 * <p><b>Removal.</b> Over an index with rows ({@link RowIndex}: the flat ones and HNSW), removing
 * by {@link IDSelectorArray}, {@link IDSelectorBatch} or a short range costs the same however many
 * vectors there are, once a table id → row has been made (by the first such removal); other
 * selectors are asked about every vector.
 *
 * <p><b>Ownership.</b> The index inside belongs to the map: {@link #close()} closes it, and it must
 * be written only through the map. Reading it directly is fine and shows its own numbering.
 *
 * <p><b>Threads.</b> Any thread may search while another writes; vectors and ids are published as
 * one, so a search never mixes two numberings. <b>Memory.</b> 8 bytes a vector off heap, and the
 * table (about 22 to 43 bytes a vector on heap) once made.
 *
 * <p>Source: FAISS {@code IndexIDMap}.
 */
public class IndexIDMap extends AbstractIndex<IdMapState> implements TunableIndex {
  private final Index inner;
  private final @Nullable StoredBytes mapped;
  private IdTable table;
  final IdLookup lookup = new IdLookup();

  /**
   * A map over an empty index.
   *
   * @throws IllegalArgumentException if the index holds vectors already
   */
  public IndexIDMap(Index inner) {
    this(inner, new IdTable(), requireEmpty(inner));
  }

  private IndexIDMap(Index inner, IdTable table, Index snapshot) {
    super(
        inner.d(),
        inner.metricType(),
        inner.metricArg(),
        new IdMapState(snapshot, true, table.view(), 0));
    this.inner = inner;
    this.table = table;
    mapped = null;
  }

  /** A map over a filled index; copies {@code ids}, in the order of the index's dense ids. */
  IndexIDMap(Index inner, CodeRows ids) {
    this(inner, filled(inner, ids), inner.snapshot());
  }

  /** A read-only map over a mapped index and its ids. */
  IndexIDMap(Index inner, StoredBytes ids) {
    super(
        inner.d(),
        inner.metricType(),
        inner.metricArg(),
        new IdMapState(
            inner.snapshot(), false, CodeRows.over(ids.segment(), 8, inner.ntotal()), 0));
    this.inner = inner;
    table = new IdTable();
    mapped = ids;
  }

  private static Index requireEmpty(Index inner) {
    if (inner.ntotal() != 0) {
      throw new IllegalArgumentException(
          "an id map needs an empty index, given one with " + inner.ntotal() + " vectors");
    }
    return inner.snapshot();
  }

  private static IdTable filled(Index inner, CodeRows ids) {
    IdTable table = new IdTable();
    try (Index s = inner.snapshot()) {
      RowView<?> rows = RowView.of(s);
      table.reserve(rows == null ? ids.size() : rows.bound());
      new IdMapState(s, true, ids, 0)
          .forEachPlace((position, place) -> table.set(place, IdTable.get(ids, position)));
    }
    return table;
  }

  /** The index inside; not to be written directly. */
  public final Index inner() {
    return inner;
  }

  /**
   * All ids in the order of the index inside (FAISS {@code id_map}).
   *
   * @throws IllegalArgumentException if they do not fit into an array
   */
  public final long[] idMap() {
    return read(
        s -> {
          if (s.size() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(s.size() + " ids do not fit into an array");
          }
          long[] out = new long[(int) s.size()];
          s.forEach((position, place, id) -> out[(int) position] = id);
          return out;
        });
  }

  // ---- reading ----------------------------------------------------------------------------------

  @Override
  protected final long ntotalIn(IdMapState s) {
    return s.size();
  }

  @Override
  protected final boolean isTrainedIn(IdMapState s) {
    return s.inner().isTrained();
  }

  @Override
  public final boolean storesIds() {
    return true;
  }

  private SearchParameters inward(IdMapState s, SearchParameters p) {
    IDSelector selector = p.selector();
    return selector == null ? p : p.withSelector(new IdMapSelector(s, selector, lookup));
  }

  @Override
  protected final void searchIn(
      IdMapState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    searchPlaces(s, queries, k, p, out);
    toIds(s, out);
  }

  private void searchPlaces(
      IdMapState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    RowView<?> rows = s.rows();
    if (rows != null) {
      rows.search(queries, k, inward(s, p), out);
    } else {
      s.inner().searchInto(queries, k, inward(s, p), out);
    }
  }

  private static void toIds(IdMapState s, KnnResult out) {
    long[] labels = out.rawLabels();
    for (int q = 0; q < out.nq(); q++) {
      int base = q * out.k();
      for (int i = base; i < base + out.count(q); i++) {
        labels[i] = s.idAt(labels[i]);
      }
    }
  }

  @Override
  protected final void searchWithIn(
      IdMapState s, Vectors query, ResultCollector collector, SearchParameters p) {
    RowView<?> rows = s.rows();
    ResultCollector c = new TranslatingCollector(collector, s::idAt);
    if (rows != null) {
      rows.searchWith(query, c, inward(s, p));
    } else {
      s.inner().searchWith(query, c, inward(s, p));
    }
  }

  @Override
  protected final RangeResult rangeSearchIn(
      IdMapState s, Vectors queries, float radius, SearchParameters p) {
    RowView<?> rows = s.rows();
    RangeResult r =
        rows != null
            ? rows.rangeSearch(queries, radius, inward(s, p))
            : s.inner().rangeSearch(queries, radius, inward(s, p));
    long[] ids = r.ids();
    for (int i = 0; i < ids.length; i++) {
      ids[i] = s.idAt(ids[i]);
    }
    return r;
  }

  @Override
  protected final KnnVectors searchAndReconstructIn(
      IdMapState s, Vectors queries, int k, SearchParameters p) {
    RowView<?> rows = s.rows();
    if (rows == null) {
      KnnVectors found = s.inner().searchAndReconstruct(queries, k, inward(s, p));
      toIds(s, found.result());
      return found;
    }
    KnnResult out = new KnnResult(queries.n(), k);
    searchPlaces(s, queries, k, p, out);
    float[] vectors = new float[Math.multiplyExact(Math.multiplyExact(out.nq(), k), d())];
    Arrays.fill(vectors, Float.intBitsToFloat(-1));
    MemorySegment target = MemorySegment.ofArray(vectors);
    for (int q = 0; q < out.nq(); q++) {
      for (int i = 0; i < out.count(q); i++) {
        rows.reconstruct(out.id(q, i), target, ((long) q * k + i) * d() * 4);
      }
    }
    toIds(s, out);
    return new KnnVectors(out, vectors);
  }

  /** Decodes the vector at a place. */
  final void reconstructPlace(IdMapState s, long place, MemorySegment out, long offset) {
    RowView<?> rows = s.rows();
    if (rows != null) {
      rows.reconstruct(place, out, offset);
    } else {
      s.inner().reconstruct(place, out, offset);
    }
  }

  @Override
  protected final long saCodeSizeIn(IdMapState s) {
    return s.inner().saCodeSize();
  }

  @Override
  protected final void saEncodeIn(IdMapState s, Vectors x, MemorySegment codes) {
    s.inner().saEncode(x, codes);
  }

  @Override
  protected final void saDecodeIn(IdMapState s, long n, MemorySegment codes, MemorySegment out) {
    s.inner().saDecode(n, codes, out);
  }

  @Override
  protected final long offHeapBytesIn(IdMapState s) {
    return s.inner().offHeapBytes() + s.idBytes();
  }

  @Override
  protected final Index copyOf(IdMapState s) {
    IdTable dense = new IdTable();
    dense.reserve(s.size());
    s.forEach((position, place, id) -> dense.set(position, id));
    try {
      return like(s.inner().copy(), dense.view());
    } finally {
      dense.free();
    }
  }

  /** A map of the same class over a filled index; copies the ids. */
  IndexIDMap like(Index filled, CodeRows ids) {
    return new IndexIDMap(filled, ids);
  }

  // ---- writing ----------------------------------------------------------------------------------

  private void checkWritable(String verb) {
    if (mapped != null) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " over a mapped file is read-only: no " + verb);
    }
    if (inner.ntotal() != current().size()) {
      throw new IllegalStateException(
          "the index inside has "
              + inner.ntotal()
              + " vectors, its map "
              + current().size()
              + ": it was written past the map");
    }
  }

  /** Publishes the inner index's present state with the table's present view. */
  private void publishNext(Runnable updateLookup) {
    IdMapState old = current();
    IdMapState next = new IdMapState(inner.snapshot(), true, table.view(), old.number() + 1);
    MemoryBlock[] retired = table.takeRetired();
    lookup.lockForWriting();
    try {
      updateLookup.run();
      lookup.fits(next.number());
      publish(
          next,
          () -> {
            old.inner().close();
            for (MemoryBlock b : retired) {
              b.free();
            }
          });
    } finally {
      lookup.unlockForWriting();
    }
  }

  /** Before a change: the lookup fits the current state, or is dropped. */
  private boolean lookupIsCurrent() {
    lookup.lockForWriting();
    try {
      return lookup.isCurrent(current());
    } finally {
      lookup.unlockForWriting();
    }
  }

  @Override
  protected final void trainLocked(Vectors x, ProgressListener listener) {
    checkWritable("train");
    inner.train(x, listener);
    publishNext(lookup::forget);
  }

  @Override
  protected final void addLocked(Vectors x, ProgressListener listener) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName() + " does not support add: use addWithIds");
  }

  @Override
  protected final void addWithIdsLocked(Vectors x, long[] ids, ProgressListener listener) {
    checkWritable("addWithIds");
    addMapped(ids, () -> inner.add(x, listener));
  }

  @Override
  protected final void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    checkWritable("addSaCodes");
    if (ids.length != n) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " needs an id for each of " + n + " codes");
    }
    addMapped(ids, () -> inner.addSaCodes(n, codes, new long[0]));
  }

  private void addMapped(long[] ids, Runnable addInside) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == -1) {
        throw new IllegalArgumentException(
            "id −1 at position " + i + " is reserved for missing results");
      }
    }
    if (ids.length == 0) {
      return;
    }
    boolean keep = lookupIsCurrent();
    long before = current().size();
    addInside.run();
    long[] places = new long[ids.length];
    try {
      newPlaces(before, places);
      for (int i = 0; i < ids.length; i++) {
        table.set(places[i], ids[i]);
      }
    } catch (Throwable t) {
      inner.removeIds(new IDSelectorRange(before, before + ids.length));
      throw t;
    }
    publishNext(
        () -> {
          if (!keep) {
            lookup.forget();
            return;
          }
          for (int i = 0; i < ids.length; i++) {
            lookup.put(ids[i], places[i]);
          }
        });
  }

  /** Places of the inner index's vectors from {@code first} on; makes room for their ids. */
  private void newPlaces(long first, long[] places) {
    try (Index s = inner.snapshot()) {
      RowView<?> rows = RowView.of(s);
      if (rows == null) {
        for (int i = 0; i < places.length; i++) {
          places[i] = first + i;
        }
        table.reserve(first + places.length);
      } else {
        rows.rowsOf(first, places.length, places);
        table.reserve(rows.bound());
      }
    }
  }

  @Override
  protected final long removeIdsLocked(IDSelector selector) {
    checkWritable("removeIds");
    IdMapState s = current();
    if (s.rows() == null) {
      return removeDense(s, selector);
    }
    LongArrayList places = new LongArrayList();
    LongArrayList ids = new LongArrayList();
    collectMembers(s, selector, places, ids);
    if (places.isEmpty()) {
      return 0;
    }
    boolean keep = lookupIsCurrent();
    RowMoves moves = new RowMoves();
    long removed = rowIndex().removeRows(places.buffer, places.size(), moves);
    long[] moved = new long[moves.size()];
    if (moves.size() > 0) {
      try (Index after = inner.snapshot()) {
        RowView<?> rows = RowView.of(after);
        table.reserve(rows == null ? 0 : rows.bound());
      }
      for (int i = 0; i < moves.size(); i++) {
        // A later move may end where this one did, so who moved is noted now.
        moved[i] = table.get(moves.from(i));
        table.set(moves.to(i), moved[i]);
      }
    }
    publishNext(
        () -> {
          if (!keep) {
            lookup.forget();
            return;
          }
          for (int i = 0; i < ids.size(); i++) {
            lookup.remove(ids.get(i));
          }
          lookup.follow(moves, moved);
        });
    return removed;
  }

  private RowIndex<?> rowIndex() {
    return (RowIndex<?>) inner;
  }

  private void collectMembers(
      IdMapState s, IDSelector selector, LongArrayList places, LongArrayList ids) {
    long[] wanted = wanted(s, selector);
    if (wanted != null) {
      lookup.lockForWriting();
      try {
        lookup.ensure(s);
        if (!lookup.hasRepeated()) {
          for (long id : wanted) {
            if (lookup.find(id, places)) {
              ids.add(id);
            }
          }
          return;
        }
      } finally {
        lookup.unlockForWriting();
      }
    }
    s.forEach(
        (position, place, id) -> {
          if (selector.isMember(id)) {
            places.add(place);
            ids.add(id);
          }
        });
  }

  /** The ids a selector names, when it is worth while to look them up one by one. */
  private static long @Nullable [] wanted(IdMapState s, IDSelector selector) {
    return switch (selector) {
      case IDSelectorArray a -> a.sortedIds();
      case IDSelectorBatch b -> b.sortedIds();
      case IDSelectorRange r when r.maxMembers() >= 0 && r.maxMembers() <= s.size() / 16 -> {
        long[] ids = new long[(int) r.maxMembers()];
        Arrays.setAll(ids, i -> r.min() + i);
        yield ids;
      }
      default -> null;
    };
  }

  private long removeDense(IdMapState s, IDSelector selector) {
    if (inner instanceof AbstractIndex<?> a && a.storesIds()) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName()
              + " over "
              + inner.getClass().getSimpleName()
              + " does not support removeIds: that index stores ids itself and needs no map");
    }
    long removed = inner.removeIds(id -> selector.isMember(s.idAt(id)));
    if (removed > 0) {
      // The index inside numbers anew: so does a table of its own.
      IdTable old = table;
      IdTable fresh = new IdTable();
      fresh.reserve(s.size() - removed);
      long[] n = {0};
      s.forEach(
          (position, place, id) -> {
            if (!selector.isMember(id)) {
              fresh.set(n[0]++, id);
            }
          });
      replaceTable(old, fresh);
    }
    return removed;
  }

  private void replaceTable(IdTable old, IdTable fresh) {
    IdMapState s = current();
    IdMapState next = new IdMapState(inner.snapshot(), true, fresh.view(), s.number() + 1);
    table = fresh;
    lookup.lockForWriting();
    try {
      lookup.forget();
      publish(
          next,
          () -> {
            s.inner().close();
            old.free();
          });
    } finally {
      lookup.unlockForWriting();
    }
  }

  @Override
  protected final void mergeFromLocked(Index other, long addId) {
    checkWritable("mergeFrom");
    if (!(other instanceof IndexIDMap o) || o.getClass() != getClass()) {
      throw new IllegalArgumentException(
          "only a "
              + getClass().getSimpleName()
              + " can be merged into this one, given: "
              + other.getClass().getSimpleName());
    }
    o.checkWritable("mergeFrom");
    long[] ids = o.idMap();
    for (int i = 0; i < ids.length; i++) {
      ids[i] += addId;
      if (ids[i] == -1) {
        throw new IllegalArgumentException("addId = " + addId + " makes id −1");
      }
    }
    long before = current().size();
    boolean keep = lookupIsCurrent();
    boolean kept = inner instanceof AbstractIndex<?> a && a.storesIds();
    inner.mergeFrom(o.inner, kept ? before : 0);
    o.replaceTable(o.table, new IdTable());
    if (ids.length == 0) {
      return;
    }
    long[] places = new long[ids.length];
    newPlaces(before, places);
    for (int i = 0; i < ids.length; i++) {
      table.set(places[i], ids[i]);
    }
    publishNext(
        () -> {
          if (!keep) {
            lookup.forget();
            return;
          }
          for (int i = 0; i < ids.length; i++) {
            lookup.put(ids[i], places[i]);
          }
        });
  }

  @Override
  protected final void resetLocked() {
    checkWritable("reset");
    inner.reset();
    replaceTable(table, new IdTable());
  }

  @Override
  protected final void freeAll(IdMapState last) {
    last.inner().close();
    inner.close();
    table.free();
    if (mapped != null) {
      mapped.release();
    }
  }

  // ---- settings ---------------------------------------------------------------------------------

  @Override
  public final List<ParameterRange> parameterRanges() {
    return inner instanceof TunableIndex t ? t.parameterRanges() : List.of();
  }

  @Override
  public final void setParameter(String name, double value) {
    if (!(inner instanceof TunableIndex t)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + " over "
              + inner.getClass().getSimpleName()
              + " has no parameter "
              + name);
    }
    t.setParameter(name, value);
    writeVoid(() -> publishNext(lookup::forget));
  }
}
