package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.collect.TopK;
import org.jspecify.annotations.Nullable;

/**
 * The traversals of one thread: the descent, then the base level with FAISS's bounded or unbounded
 * queue. The order in which rows are visited is FAISS's, ties included.
 *
 * <p>A list is handled in three passes, so that memory accesses overlap and nothing branches on
 * data where it waits for memory: unvisited rows are gathered, all of them are scored, then they
 * are compared with the bounds.
 *
 * <p>For one thread at a time; reused; allocates only while it grows. On heap: one byte per row and
 * a few kilobytes.
 */
final class GraphSearch {
  private final VisitedRows visited = new VisitedRows();
  private final MinimaxHeap heap = new MinimaxHeap();
  private final PairQueue frontier = new PairQueue(true);
  private final PairQueue best = new PairQueue(false);
  private final Descent descent = new Descent();
  private int[] list = new int[0];
  private int[] fresh = new int[0];
  private float[] keys = new float[0];
  private boolean similarity;
  private float bound;
  private long distances;
  private long hops;
  private long asked;
  private final FilteredSearch filtered = new FilteredSearch();

  /** Distances computed by the last search. */
  long distances() {
    return distances;
  }

  /** Ids the selector of the last search was asked about. */
  long asked() {
    return asked;
  }

  /** Lists read by the last search. */
  long hops() {
    return hops;
  }

  /**
   * Searches.
   *
   * @param k results wanted; the queue holds max(efSearch, k)
   * @param selectRows whether the collector and the selector take rows instead of ids
   * @return which strategy ran
   */
  FilterStrategy search(
      HnswState s,
      RowScorer scorer,
      boolean isSimilarity,
      SearchPlan plan,
      int k,
      ResultCollector out,
      boolean selectRows) {
    distances = 0;
    hops = 0;
    asked = 0;
    Graph graph = s.graph();
    similarity = isSimilarity;
    reserve(graph.plan().maxSlots());
    if (plan.baseLevelEntryPoints > 0) {
      if (s.count() == 0) {
        return FilterStrategy.FAISS;
      }
      descent.beginAtRandom(s, scorer, plan.baseLevelEntryPoints);
    } else {
      if (graph.entryPoint() < 0) {
        return FilterStrategy.FAISS;
      }
      descent.begin(graph, scorer);
      for (int level = graph.maxLevel(); level >= 1; level--) {
        if (plan.upperBeam > 1) {
          descent.beam(
              graph,
              scorer,
              level,
              plan.upperBeam,
              isSimilarity,
              visited,
              frontier,
              best,
              list,
              fresh,
              keys);
        } else {
          descent.level(graph, scorer, level, list, keys);
        }
      }
    }
    distances = descent.distances;
    hops = descent.hops;
    visited.begin(graph.rows());
    int ef = Math.max(plan.efSearch, k);
    Numbering live = s.numbering();
    Numbering ids = selectRows ? null : live;
    IDSelector selector = plan.selector;
    if (selector != null
        && plan.strategy != FilterStrategy.FAISS
        && (plan.strategy != FilterStrategy.AUTO || out instanceof TopK)) {
      FilterStrategy ran =
          filtered.run(
              s,
              scorer,
              isSimilarity,
              plan,
              selector,
              k,
              ef,
              descent.row(),
              descent.key(),
              visited,
              list,
              fresh,
              keys,
              out,
              selectRows);
      distances += filtered.distances();
      hops += filtered.hops();
      asked = filtered.asked();
      return ran;
    }
    bound = keyBound(out);
    if (plan.bounded) {
      heap.begin(ef, graph.rows(), isSimilarity);
      for (int i = 0; i < descent.starts(); i++) {
        visited.add(descent.start(i));
        heap.push(Keys.order(descent.startKey(i)), descent.start(i));
        offer(descent.startKey(i), descent.start(i), out, plan.selector, ids, live);
      }
      if (plan.selector == null && live == null) {
        bounded(graph, scorer, plan, out);
      } else {
        boundedFiltered(graph, scorer, plan, out, ids, live);
      }
    } else {
      unbounded(graph, scorer, plan.selector, k, ef, out, ids, live);
    }
    return FilterStrategy.FAISS;
  }

  private void reserve(int slots) {
    if (list.length < slots) {
      list = new int[slots];
      fresh = new int[slots + 1];
      keys = new float[slots];
    }
  }

  private float keyBound(ResultCollector out) {
    return similarity ? -out.threshold() : out.threshold();
  }

  private void offer(
      float key,
      int row,
      ResultCollector out,
      @Nullable IDSelector selector,
      @Nullable Numbering ids,
      @Nullable Numbering live) {
    if (key < bound && (live == null || live.isLive(row))) {
      long id = ids == null ? row : ids.idOf(row);
      if (selector != null) {
        asked++;
      }
      if ((selector == null || selector.isMember(id)) && out.add(distance(key), id)) {
        bound = keyBound(out);
      }
    }
  }

  private float distance(float key) {
    return similarity ? 0f - key : key;
  }

  private void bounded(Graph graph, RowScorer scorer, SearchPlan plan, ResultCollector out) {
    MinimaxHeap h = heap;
    int steps = 0;
    while (h.live() > 0) {
      int row = h.popBest();
      if (plan.checkRelative && h.hasBelow(h.lastOrder(), plan.efSearch)) {
        break;
      }
      int n = graph.neighbors(row, 0, list);
      int m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      distances += m;
      for (int i = 0; i < m; i++) {
        float key = keys[i];
        if (key < bound && out.add(distance(key), fresh[i])) {
          bound = keyBound(out);
        }
        int order = Keys.order(key);
        if (order < h.bound()) {
          h.push(order, fresh[i]);
        }
      }
      steps++;
      if (!plan.checkRelative && steps > plan.efSearch) {
        break;
      }
    }
    hops += steps;
  }

  private void boundedFiltered(
      Graph graph,
      RowScorer scorer,
      SearchPlan plan,
      ResultCollector out,
      @Nullable Numbering ids,
      @Nullable Numbering live) {
    MinimaxHeap h = heap;
    int steps = 0;
    while (h.live() > 0) {
      int row = h.popBest();
      if (plan.checkRelative && h.hasBelow(h.lastOrder(), plan.efSearch)) {
        break;
      }
      int n = graph.neighbors(row, 0, list);
      int m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      distances += m;
      for (int i = 0; i < m; i++) {
        offer(keys[i], fresh[i], out, plan.selector, ids, live);
        h.push(Keys.order(keys[i]), fresh[i]);
      }
      steps++;
      if (!plan.checkRelative && steps > plan.efSearch) {
        break;
      }
    }
    hops += steps;
  }

  /** FAISS's unbounded queue; members are collected as they are met, so a selector is honoured. */
  private void unbounded(
      Graph graph,
      RowScorer scorer,
      @Nullable IDSelector selector,
      int k,
      int ef,
      ResultCollector out,
      @Nullable Numbering ids,
      @Nullable Numbering live) {
    frontier.begin(similarity);
    best.begin(similarity);
    boolean all = selector == null && live == null;
    for (int i = 0; i < descent.starts(); i++) {
      int row = descent.start(i);
      int order = Keys.order(descent.startKey(i));
      visited.add(row);
      frontier.push(order, row);
      best.push(order, row);
      if (best.size() > ef) {
        best.pop();
      }
      if (!all) {
        offer(descent.startKey(i), row, out, selector, ids, live);
      }
    }
    while (frontier.size() > 0) {
      if (frontier.topOrder() > best.topOrder()) {
        break;
      }
      int row = frontier.topRow();
      frontier.pop();
      int n = graph.neighbors(row, 0, list);
      int m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      distances += m;
      hops++;
      for (int i = 0; i < m; i++) {
        int order = Keys.order(keys[i]);
        if (order < best.topOrder() || best.size() < ef) {
          frontier.push(order, fresh[i]);
          best.push(order, fresh[i]);
          if (best.size() > ef) {
            best.pop();
          }
        }
        if (!all) {
          offer(keys[i], fresh[i], out, selector, ids, live);
        }
      }
    }
    while (all && best.size() > 0) {
      // Only the k best are left to the collector, worst first: FAISS's order of offering.
      if (best.size() <= k) {
        offer(Keys.key(best.topOrder()), best.topRow(), out, null, null, null);
      }
      best.pop();
    }
  }
}
