package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.core.memory.CodeStore;
import io.sagitta.core.memory.MemoryBlock;
import io.sagitta.core.random.FaissRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of a graph index: codes, lists, levels, and which rows may be used again. A
 * writing call is {@link #begin}, changes, then {@link #end} (a state to publish) or {@link
 * #rollBack} (everything as before, from the undo log).
 *
 * <p>For one writer at a time, the index's lock held.
 */
final class HnswWriter {
  private static final int LEVEL_SEED = 12345;
  private static final long MAX_SEQUENCE = 1L << 32;

  /** What an idle scorer looks at. */
  static final CodeRows NO_ROWS = CodeRows.over(MemorySegment.NULL, 1, 0);

  private final GraphStore graph;
  private final CodeStore codes;
  private final ConcurrentLinkedQueue<int[]> released = new ConcurrentLinkedQueue<>();
  private final IntStack freeRows = new IntStack();
  private final RowRemoval removal;
  private FaissRandom levelRandom = new FaissRandom(LEVEL_SEED);
  private long levelsDrawn;
  private @Nullable CodeStore sequence;
  private long nextSequence;
  private @Nullable Undo lastUndo;

  private Undo undo = new Undo();
  private int rowsBefore;
  private long upperBefore;
  private int entryBefore;
  private int maxLevelBefore;
  private long drawnBefore;
  private long sequenceBefore;
  private int[] placed = new int[0];
  private int placedCount;

  HnswWriter(LevelPlan plan, int codeSize) {
    graph = new GraphStore(plan);
    removal = new RowRemoval(graph);
    codes = new CodeStore(codeSize);
  }

  GraphStore graph() {
    return graph;
  }

  CodeStore codes() {
    return codes;
  }

  Undo undo() {
    return undo;
  }

  long bytes() {
    CodeStore s = sequence;
    return graph.bytes() + codes.bytes() + (s == null ? 0 : s.bytes());
  }

  /** The state before anything is added. */
  HnswState first(VectorCodec codec) {
    return new HnswState(codec, codes.view(), graph.newView(), null, 0);
  }

  /** An empty writer that goes on with this one's levels, as FAISS's generator does on reset. */
  HnswWriter successor(int codeSize) {
    HnswWriter w = new HnswWriter(graph.plan(), codeSize);
    w.skipLevels(levelsDrawn);
    return w;
  }

  private void skipLevels(long drawn) {
    levelRandom = new FaissRandom(LEVEL_SEED);
    for (levelsDrawn = 0; levelsDrawn < drawn; levelsDrawn++) {
      levelRandom.nextFloat();
    }
  }

  /** Starts a writing call on top of the current state. */
  void begin(HnswState current) {
    undo = new Undo();
    if (lastUndo != null) {
      lastUndo.next = undo;
    }
    lastUndo = undo;
    ((OwnedGraph) current.graph()).after = undo;
    rowsBefore = graph.rows();
    upperBefore = graph.upperSize();
    entryBefore = graph.entryPoint();
    maxLevelBefore = graph.maxLevel();
    drawnBefore = levelsDrawn;
    sequenceBefore = nextSequence;
    placed = new int[0];
    placedCount = 0;
    removal.begin();
    int[] rows;
    while ((rows = released.poll()) != null) {
      for (int r : rows) {
        graph.release(r);
        freeRows.push(r);
      }
    }
  }

  /**
   * Adds vectors; the state to publish.
   *
   * @param given their codes, or null if they are to be encoded
   */
  HnswState add(
      HnswState current,
      Vectors x,
      @Nullable MemorySegment given,
      MetricType metric,
      float metricArg,
      HnswSettings settings,
      ProgressListener listener) {
    VectorCodec codec = current.codec();
    if (codec == null) {
      throw new IllegalStateException("the index has no storage to add to");
    }
    int n = Math.toIntExact(Math.min(Integer.MAX_VALUE, x.n()));
    if (x.n() + current.count() >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          current.count() + x.n() + " vectors exceed a graph's bound of 2^31 - 2");
    }
    int[] rows = takeRows(n);
    int[] levels = new int[n];
    for (int i = 0; i < n; i++) {
      levels[i] = graph.plan().draw(levelRandom);
      levelsDrawn++;
    }
    for (int i = 0; i < n; i++) {
      graph.place(rows[i], levels[i]);
      placedCount++;
    }
    graph.clearLists(rows, levels);
    CodeRows view = codes.view();
    for (int i = 0; i < n; ) {
      int run = runFrom(rows, i, view.chunkRows());
      MemorySegment chunk = view.chunk(rows[i]);
      long at = view.offset(rows[i]);
      if (given == null) {
        codec.encode(x.slice(i, run), chunk, at);
      } else {
        long bytes = codec.codeSize();
        MemorySegment.copy(given, i * bytes, chunk, at, run * bytes);
      }
      i += run;
    }
    GraphBuilder builder =
        builder(settings, rowsBefore, () -> scorer(codec, metric, metricArg, view));
    builder.add(x, rows, levels, current.count() + n, listener);
    boolean hides = hides(codec, metric);
    builder.merge(removal.sweepFor(n, undo, () -> scorer(codec, metric, metricArg, view), hides));
    Numbering numbering = current.numbering();
    if (numbering != null) {
      numbering =
          new Numbering(
              numbering.live().with(rows, n, true),
              graph.rows(),
              (int) current.count() + n,
              sequence == null ? null : sequence.view());
    }
    return new HnswState(codec, view, graph.newView(), numbering, current.count() + n);
  }

  /** Whether a vector can be closer to all others than they are to themselves. */
  private static boolean hides(VectorCodec codec, MetricType metric) {
    return metric.isSimilarity() && !(codec instanceof io.sagitta.core.codec.CosineCodec);
  }

  private GraphBuilder builder(HnswSettings settings, int savedBelow, Supplier<RowScorer> scorers) {
    GraphBuilder.Settings how = settings.forBuilding();
    Undo log = undo;
    return new GraphBuilder(
        graph, () -> new BuildWorker(how, graph, log, savedBelow, removal.dead(), scorers.get()));
  }

  /**
   * Removes rows that the state has, each given once; the state to publish.
   *
   * @param settings how lists are merged
   */
  HnswState remove(
      HnswState current, int[] rows, MetricType metric, float metricArg, HnswSettings settings) {
    VectorCodec codec = current.codec();
    CodeRows view = codes.view();
    if (codec == null) {
      throw new IllegalStateException("the index has no storage to remove from");
    }
    Numbering numbering = current.numbering();
    RowSet live = numbering == null ? RowSet.firstRows(graph.rows()) : numbering.live();
    RowSet left = live.with(rows, rows.length, false);
    moveEntry(left);
    boolean hides = hides(codec, metric);
    List<EdgeNotes> notes =
        removal.remove(rows, undo, () -> scorer(codec, metric, metricArg, view), hides);
    builder(settings, graph.rows(), () -> scorer(codec, metric, metricArg, view)).merge(notes);
    int count = (int) current.count() - rows.length;
    CodeStore s = sequence;
    return new HnswState(
        codec,
        view,
        graph.newView(),
        new Numbering(left, graph.rows(), count, s == null ? null : s.view()),
        count);
  }

  /** Chooses another entry point when the present one is not among the rows that stay. */
  private void moveEntry(RowSet left) {
    int entry = graph.entryPoint();
    if (entry < 0 || left.has(entry)) {
      return;
    }
    OwnedGraph view = graph.view();
    int top = graph.maxLevel();
    int[] list = new int[graph.plan().maxSlots()];
    view.copyList(entry, top, list);
    int n = Graph.length(list, graph.plan().slots(top));
    for (int i = 0; i < n; i++) {
      if (left.has(list[i])) {
        graph.setEntry(list[i], top);
        return;
      }
    }
    int best = -1;
    int level = -1;
    int rows = graph.rows();
    for (int r = left.next(0, rows); r < rows; r = left.next(r + 1, rows)) {
      if (view.levelOf(r) > level) {
        best = r;
        level = view.levelOf(r);
      }
    }
    graph.setEntry(best, level);
  }

  /**
   * What to do when no reader sees the state before this call any more: free what growth replaced,
   * and let rows that nobody points to be used again. Null when there is nothing.
   */
  @Nullable Runnable afterReaders() {
    List<MemoryBlock> retired = takeRetired();
    int[] rows = removal.takeSwept();
    if (retired.isEmpty() && rows.length == 0) {
      return null;
    }
    return () -> {
      retired.forEach(MemoryBlock::free);
      if (rows.length > 0) {
        released.add(rows);
      }
    };
  }

  /** The state with another codec and the same rows. */
  HnswState retrained(HnswState s, VectorCodec codec) {
    return new HnswState(codec, codes.view(), graph.newView(), s.numbering(), s.count());
  }

  private static int runFrom(int[] rows, int from, long chunkRows) {
    int run = 1;
    while (from + run < rows.length
        && rows[from + run] == rows[from] + run
        && (rows[from + run] & (chunkRows - 1)) != 0) {
      run++;
    }
    return run;
  }

  private int[] takeRows(int n) {
    int[] rows = new int[n];
    placed = rows;
    int reused = Math.min(n, freeRows.size());
    if (reused > 0 && sequence == null) {
      keepSequence();
    }
    for (int i = 0; i < reused; i++) {
      rows[i] = freeRows.pop();
      removal.reuse(rows[i]);
    }
    if (n > reused) {
      int first = graph.grow(n - reused);
      codes.grow(n - reused);
      for (int i = reused; i < n; i++) {
        rows[i] = first + i - reused;
      }
    }
    CodeStore s = sequence;
    if (s != null) {
      if (nextSequence + n > MAX_SEQUENCE) {
        throw new IllegalStateException(
            "more than 2^32 vectors were added over this index's life; copy it to go on");
      }
      s.grow(graph.rows() - s.size());
      CodeRows v = s.view();
      for (int r : rows) {
        v.chunk(r).set(ValueLayout.JAVA_LONG, v.offset(r), nextSequence++);
      }
    }
    return rows;
  }

  private void keepSequence() {
    CodeStore s = new CodeStore(8);
    s.grow(graph.rows());
    CodeRows v = s.view();
    for (int r = 0; r < graph.rows(); r++) {
      v.chunk(r).set(ValueLayout.JAVA_LONG, v.offset(r), r);
    }
    nextSequence = graph.rows();
    sequence = s;
  }

  /** Takes everything back; the state to publish, equal to the one before. */
  HnswState rollBack(HnswState current) {
    removal.rollBack();
    OwnedGraph view = graph.view();
    undo.forEach((row, level, list) -> view.writeList(row, level, list, list.length));
    for (int i = placed.length - 1; i >= 0; i--) {
      if (placed[i] < rowsBefore) {
        freeRows.push(placed[i]);
        if (i < placedCount) {
          graph.releaseBelow(placed[i], upperBefore);
        }
      }
    }
    graph.truncate(rowsBefore, upperBefore);
    graph.setEntry(entryBefore, maxLevelBefore);
    codes.truncate(rowsBefore);
    CodeStore s = sequence;
    if (s != null) {
      s.truncate(rowsBefore);
      nextSequence = Math.max(sequenceBefore, rowsBefore);
    }
    skipLevels(drawnBefore);
    return new HnswState(
        current.codec(), codes.view(), graph.newView(), current.numbering(), current.count());
  }

  private List<MemoryBlock> takeRetired() {
    List<MemoryBlock> all = new ArrayList<>(graph.takeRetired());
    all.addAll(List.of(codes.takeRetired()));
    CodeStore s = sequence;
    if (s != null) {
      all.addAll(List.of(s.takeRetired()));
    }
    return all;
  }

  void free() {
    graph.free();
    codes.free();
    CodeStore s = sequence;
    if (s != null) {
      s.free();
    }
  }

  /** A scorer for rows of a codec. */
  static RowScorer scorer(VectorCodec codec, MetricType metric, float metricArg, CodeRows rows) {
    if (codec instanceof io.sagitta.core.codec.FloatCodec) {
      if (metric == MetricType.L2) {
        return new FloatRowScorer.L2(codec.d(), rows);
      } else if (metric == MetricType.INNER_PRODUCT) {
        return new FloatRowScorer.InnerProduct(codec.d(), rows);
      }
    }
    if (codec instanceof io.sagitta.core.codec.CosineCodec) {
      return new CosineRowScorer(codec.d(), rows);
    }
    if (codec instanceof io.sagitta.core.codec.ScalarQuantizer sq
        && (metric == MetricType.L2 || metric == MetricType.INNER_PRODUCT)) {
      return new SqRowScorer(sq, metric, metricArg, rows);
    }
    return new CodeRowScorer(codec.scorer(metric, metricArg), metric.isSimilarity(), rows);
  }
}
