package io.sagitta.hnsw;

import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.FaissRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Links new points into a graph, giving the graph FAISS 1.15.1 gives, for any number of threads.
 *
 * <p>Points are taken by level from the highest to the lowest, shuffled inside a level, and in
 * batches: at most as many as the level has linked already, and at most 2 % of all points. Every
 * point of a batch looks for its neighbours in the graph as it was before the batch (in parallel);
 * then the reverse links are gathered by target and merged, each list by one thread in an order
 * that does not depend on who found what.
 *
 * <p>For one writing call. Source: FAISS {@code hnsw_add_vertices_deterministic}, described in
 * faiss-semantics 10.2 and 10.5.
 */
final class GraphBuilder {
  private static final int SHUFFLE_SEED = 789;
  private static final int POINTS_PER_TASK = 4;
  private static final int LISTS_PER_TASK = 16;

  /**
   * How lists are made.
   *
   * @param efConstruction length of the candidate list while building, ≥ 1
   * @param pruneHeadroom share of the slots left free when a full list is pruned, 0..0.5
   * @param refill whether level-0 lists are refilled with pruned candidates
   */
  record Settings(int efConstruction, float pruneHeadroom, boolean refill) {
    /** How many a full list of some slots is pruned to. */
    int targetSize(int slots) {
      float headroom = Math.min(0.5f, Math.max(0f, pruneHeadroom));
      return Math.max(1, (int) (slots - slots * headroom));
    }
  }

  private final GraphStore store;
  private final Supplier<BuildWorker> newWorker;
  private final ConcurrentLinkedQueue<BuildWorker> workers = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<EdgeNotes> notes = new ConcurrentLinkedQueue<>();
  private long[] edges = new long[0];
  private int[] starts = new int[0];

  GraphBuilder(GraphStore store, Supplier<BuildWorker> newWorker) {
    this.store = store;
    this.newWorker = newWorker;
  }

  /**
   * Links points that are placed in the store already.
   *
   * @param x their vectors, n × d
   * @param rows their rows, n
   * @param levels their levels, n
   * @param ntotal number of points in the graph afterwards
   */
  void add(Vectors x, int[] rows, int[] levels, long ntotal, ProgressListener listener) {
    int n = rows.length;
    int top = 0;
    for (int l : levels) {
      top = Math.max(top, l);
    }
    int[] order = new int[n];
    int[] end = new int[top + 2];
    for (int l : levels) {
      end[l + 1]++;
    }
    for (int l = 0; l <= top; l++) {
      end[l + 1] += end[l];
    }
    int[] at = Arrays.copyOf(end, top + 1);
    for (int i = 0; i < n; i++) {
      order[at[levels[i]]++] = i;
    }
    FaissRandom random = new FaissRandom(SHUFFLE_SEED);
    long linked = 0;
    int largest = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (long) (0.02 * ntotal)));
    for (int level = top; level >= 0; level--) {
      int from = end[level];
      int to = end[level + 1];
      for (int j = from; j < to; j++) {
        int other = j + random.nextInt(to - j);
        int swap = order[j];
        order[j] = order[other];
        order[other] = swap;
      }
      for (int i = from; i < to; ) {
        int batch = Math.min(Math.min(Math.max(1, i - from), largest), to - i);
        boolean raises = level > store.maxLevel();
        if (store.entryPoint() < 0) {
          store.setEntry(rows[order[i]], level);
          raises = false;
        }
        linkBatch(x, rows, order, i, batch, level);
        if (raises) {
          store.setEntry(rows[order[i]], level);
        }
        i += batch;
        linked += batch;
        listener.report("graph", linked, n);
      }
    }
  }

  /** Merges reverse links that others noted. */
  void merge(Collection<EdgeNotes> noted) {
    notes.addAll(noted);
    for (int l = store.maxLevel(); l >= 0; l--) {
      mergeLevel(l);
    }
  }

  private BuildWorker borrow() {
    BuildWorker w = workers.poll();
    if (w == null) {
      w = newWorker.get();
      notes.add(w.notes());
    }
    return w;
  }

  private void linkBatch(Vectors x, int[] rows, int[] order, int first, int batch, int level) {
    Parallelism.forRange(
        batch,
        POINTS_PER_TASK,
        (from, to) -> {
          BuildWorker w = borrow();
          for (int i = (int) from; i < to; i++) {
            int point = order[first + i];
            w.scorer().setQuery(x.data(), x.offset(point));
            w.link(rows[point], level);
          }
          workers.add(w);
        });
    for (int l = Math.min(level, store.maxLevel()); l >= 0; l--) {
      mergeLevel(l);
    }
  }

  private void mergeLevel(int level) {
    int count = 0;
    for (EdgeNotes n : notes) {
      count = Math.addExact(count, n.count(level));
    }
    if (count == 0) {
      return;
    }
    if (edges.length < count) {
      edges = new long[count];
      starts = new int[count + 1];
    }
    int filled = 0;
    for (EdgeNotes n : notes) {
      filled = n.take(level, edges, filled);
    }
    Arrays.sort(edges, 0, count);
    int groups = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || edges[i] >> 32 != edges[i - 1] >> 32) {
        starts[groups++] = i;
      }
    }
    starts[groups] = count;
    Parallelism.forRange(
        groups,
        LISTS_PER_TASK,
        (from, to) -> {
          BuildWorker w = borrow();
          for (int g = (int) from; g < to; g++) {
            w.merge(level, edges, starts[g], starts[g + 1]);
          }
          workers.add(w);
        });
  }
}
