package io.sagitta.flat;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.CodeBlocks;
import io.sagitta.core.codec.FastScanCodes;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.collect.RangeCollector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Codes in blocks of 128 vectors that are scanned by look-ups ({@link CodeBlocks}); what the 4-bit
 * product quantizer and RaBitQ share.
 *
 * <p>Ids are dense; a removal shifts the following ones down and copies the codes. Files have
 * FAISS's packing for any legal block size {@link #bbs()}; they are repacked when read, so nothing
 * is mapped. Any thread may search while another adds or removes ({@link io.sagitta.core.Index});
 * {@link #close} frees the blocks. Source: FAISS {@code IndexFastScan}.
 */
abstract sealed class IndexFastScan extends AbstractIndex<FastScanState>
    permits IndexPQFastScan, IndexRaBitQFastScan {
  private static final int ADD_STEP = 1 << 13;

  private final CodeBlocks layout;
  private final int bbs;
  private CodeStore store;

  /**
   * @param codec of the state; not copied
   * @param bbs vectors of a block in files, a positive multiple of 32
   */
  IndexFastScan(VectorCodec codec, CodeBlocks layout, MetricType metric, int bbs) {
    super(
        codec.d(),
        metric,
        0f,
        new FastScanState(codec, CodeRows.over(MemorySegment.NULL, 0, 0), 0));
    if (bbs < 32 || bbs % 32 != 0) {
      throw new IllegalArgumentException("bbs = " + bbs + " must be a positive multiple of 32");
    }
    this.layout = layout;
    this.bbs = bbs;
    store = new CodeStore(layout.blockBytes());
  }

  /** Vectors of a block in files. */
  public int bbs() {
    return bbs;
  }

  CodeBlocks layout() {
    return layout;
  }

  /** An empty index of the same settings with a codec of its own. */
  abstract IndexFastScan like(VectorCodec codec);

  /** Whether codes of the two mean the same. */
  abstract boolean sameCodes(VectorCodec a, VectorCodec b);

  /** Refuses parameters the class does not have. */
  abstract void check(SearchParameters p);

  /** Searches queries [from, to) on the calling thread. */
  abstract void searchSome(
      FastScanState s,
      Vectors queries,
      long from,
      long to,
      int k,
      SearchParameters p,
      KnnResult out);

  /** Searches one query into a collector. */
  abstract void collect(
      FastScanState s, Vectors x, long q, SearchParameters p, ResultCollector collector);

  // ---- reading
  // ------------------------------------------------------------------------------------

  @Override
  protected long ntotalIn(FastScanState s) {
    return s.n();
  }

  @Override
  protected boolean isTrainedIn(FastScanState s) {
    return s.codec().isTrained();
  }

  @Override
  protected void searchIn(
      FastScanState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    check(p);
    if (queries.n() == 1) {
      searchSome(s, queries, 0, 1, k, p, out);
    } else {
      long grain = Math.max(1, queries.n() / (8L * Parallelism.current().threads()));
      Parallelism.forRange(
          queries.n(),
          Math.min(16, grain),
          (from, to) -> searchSome(s, queries, from, to, k, p, out));
    }
  }

  @Override
  protected void searchWithIn(
      FastScanState s, Vectors query, ResultCollector collector, SearchParameters p) {
    check(p);
    collect(s, query, 0, p, collector);
  }

  @Override
  protected RangeResult rangeSearchIn(
      FastScanState s, Vectors queries, float radius, SearchParameters p) {
    check(p);
    RangeCollector[] found = new RangeCollector[Math.toIntExact(queries.n())];
    Parallelism.forRange(
        found.length,
        1,
        (from, to) -> {
          for (long q = from; q < to; q++) {
            RangeCollector c = new RangeCollector(metricType(), radius);
            collect(s, queries, q, p, c);
            found[(int) q] = c;
          }
        });
    return RangeResult.of(found);
  }

  @Override
  protected void reconstructIn(FastScanState s, long id, MemorySegment out, long offset) {
    if (id < 0 || id >= s.n()) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + s.n() + ")");
    }
    MemorySegment code = MemorySegment.ofArray(new byte[layout.codeSize()]);
    take(s, id, code, 0);
    s.codec().decode(1, code, 0, out, offset);
  }

  /** Reads a vector's plain code. */
  void take(FastScanState s, long id, MemorySegment code, long at) {
    long b = id / FastScanKernels.BLOCK;
    int slot = (int) (id % FastScanKernels.BLOCK);
    layout.take(s.blocks().chunk(b), s.blocks().offset(b), slot, code, at);
  }

  @Override
  protected long saCodeSizeIn(FastScanState s) {
    return s.codec().codeSize();
  }

  @Override
  protected void saEncodeIn(FastScanState s, Vectors x, MemorySegment codes) {
    s.codec().encode(x, codes, 0);
  }

  @Override
  protected void saDecodeIn(FastScanState s, long n, MemorySegment codes, MemorySegment out) {
    s.codec().decode(n, codes, 0, out, 0);
  }

  @Override
  protected long offHeapBytesIn(FastScanState s) {
    return s.blocks().size() * s.blocks().rowBytes();
  }

  // ---- writing
  // ------------------------------------------------------------------------------------

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    FastScanState s = current();
    if (s.codec().isTrained()) {
      return;
    }
    VectorCodec trained = s.codec().copy();
    trained.train(x, listener);
    publish(new FastScanState(trained, s.blocks(), s.n()), null);
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    FastScanState s = current();
    int size = s.codec().codeSize();
    byte[] bytes = new byte[(int) Math.min(x.n(), ADD_STEP) * size];
    MemorySegment codes = MemorySegment.ofArray(bytes);
    append(
        x.n(),
        (next, first) -> {
          for (long done = 0; done < x.n(); done += ADD_STEP) {
            listener.report("add", done, x.n());
            long n = Math.min(ADD_STEP, x.n() - done);
            Arrays.fill(bytes, (byte) 0);
            s.codec().encode(x.slice(done, n), codes, 0);
            putAll(next, first + done, n, codes);
          }
        });
  }

  @Override
  protected void addSaCodesLocked(long n, MemorySegment codes, long[] ids) {
    if (ids.length > 0) {
      throw new UnsupportedOperationException(
          getClass().getSimpleName() + " numbers its vectors itself: no addSaCodes with ids");
    }
    append(n, (next, first) -> putAll(next, first, n, codes));
  }

  private void putAll(FastScanState s, long first, long n, MemorySegment codes) {
    for (long i = 0; i < n; i++) {
      put(s, first + i, codes, i * s.codec().codeSize());
    }
  }

  private void put(FastScanState s, long id, MemorySegment code, long at) {
    long b = id / FastScanKernels.BLOCK;
    int slot = (int) (id % FastScanKernels.BLOCK);
    layout.put(s.blocks().chunk(b), s.blocks().offset(b), slot, code, at);
  }

  /** Writes new codes from position {@code first} of a state nobody sees yet. */
  interface Filler {
    void fill(FastScanState next, long first);
  }

  private void append(long n, Filler filler) {
    if (n == 0) {
      return;
    }
    FastScanState s = current();
    long before = store.size();
    try {
      store.grow(FastScanCodes.blocks(s.n() + n) - before);
      FastScanState next = new FastScanState(s.codec(), store.view(), s.n() + n);
      filler.fill(next, s.n());
      MemoryBlock[] replaced = store.takeRetired();
      publish(next, () -> free(replaced));
    } catch (Throwable t) {
      // Codes written beyond the published count are overwritten by the next add.
      store.truncate(before);
      throw t;
    }
  }

  private static void free(MemoryBlock[] blocks) {
    for (MemoryBlock b : blocks) {
      b.free();
    }
  }

  /** Supplies plain codes one by one. */
  interface CodeSource {
    void read(long i, MemorySegment plain);
  }

  /** Appends codes of a file. */
  void appendCodes(long n, CodeSource source) {
    MemorySegment plain = MemorySegment.ofArray(new byte[layout.codeSize()]);
    writeVoid(
        () ->
            append(
                n,
                (next, first) -> {
                  for (long i = 0; i < n; i++) {
                    source.read(i, plain);
                    put(next, first + i, plain, 0);
                  }
                }));
  }

  @Override
  protected long removeIdsLocked(IDSelector selector) {
    FastScanState s = current();
    long kept = 0;
    for (long i = 0; i < s.n(); i++) {
      kept += selector.isMember(i) ? 0 : 1;
    }
    if (kept == s.n()) {
      return 0;
    }
    CodeStore fresh = new CodeStore(store.rowBytes());
    fresh.grow(FastScanCodes.blocks(kept));
    FastScanState next = new FastScanState(s.codec(), fresh.view(), kept);
    MemorySegment code = MemorySegment.ofArray(new byte[layout.codeSize()]);
    long to = 0;
    for (long i = 0; i < s.n(); i++) {
      if (!selector.isMember(i)) {
        take(s, i, code, 0);
        put(next, to++, code, 0);
      }
    }
    replace(fresh, next);
    return s.n() - kept;
  }

  private void replace(CodeStore fresh, FastScanState next) {
    CodeStore old = store;
    store = fresh;
    publish(next, old::free);
  }

  @Override
  protected void mergeFromLocked(Index other, long addId) {
    if (addId != 0) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + " stores no ids: addId must be 0, given: " + addId);
    }
    if (!(other instanceof IndexFastScan o)
        || o.getClass() != getClass()
        || o.metricType() != metricType()) {
      throw new IllegalArgumentException(
          "only an "
              + getClass().getSimpleName()
              + " of the same metric can be merged, given: "
              + other.getClass().getSimpleName());
    }
    try (IndexSnapshot<FastScanState> snapshot = o.snapshot()) {
      FastScanState theirs = snapshot.state();
      if (!sameCodes(theirs.codec(), current().codec())) {
        throw new IllegalArgumentException("the codes of the two indexes mean different things");
      }
      MemorySegment code = MemorySegment.ofArray(new byte[layout.codeSize()]);
      append(
          theirs.n(),
          (next, first) -> {
            for (long i = 0; i < theirs.n(); i++) {
              o.take(theirs, i, code, 0);
              put(next, first + i, code, 0);
            }
          });
    }
    other.reset();
  }

  @Override
  protected void resetLocked() {
    CodeStore fresh = new CodeStore(store.rowBytes());
    replace(fresh, new FastScanState(current().codec(), fresh.view(), 0));
  }

  @Override
  protected Index copyOf(FastScanState s) {
    IndexFastScan copy = like(s.codec().copy());
    copy.writeVoid(
        () ->
            copy.append(
                s.n(),
                (next, first) -> {
                  for (long b = 0; b < next.blocks().size(); b++) {
                    MemorySegment.copy(
                        s.blocks().chunk(b),
                        s.blocks().offset(b),
                        next.blocks().chunk(b),
                        next.blocks().offset(b),
                        next.blocks().rowBytes());
                  }
                }));
    return copy;
  }

  @Override
  protected void freeAll(FastScanState last) {
    store.free();
  }
}
