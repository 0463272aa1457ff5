package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.collect.ResultCollector;
import org.jspecify.annotations.Nullable;

/**
 * The base level under a selector: a traversal that keeps going, through members and others alike,
 * until the best members it holds are better than anything left to visit; and the exact scan. It
 * holds efSearch members when all pass, and fewer the fewer do (down to half as many, at least 2k):
 * the members among the visited are then spread over a wider neighbourhood already.
 *
 * <p>The cost of the traversal grows with 1/s when a share s passes near the query, and more when
 * those that pass lie elsewhere. {@link FilterStrategy#AUTO} therefore compares, while it goes on,
 * what it expects to need with what a scan of the rest costs, and changes over when the scan is
 * cheaper: a visited vector is neither scored nor asked about again. The worst case is then bounded
 * by about twice the scan.
 *
 * <p>For one thread at a time; reused.
 */
final class FilteredSearch {
  /** Cost of asking about a vector in a scan, in distances of a traversal. */
  private static final float ASK = 0.01f;

  /** Cost of a distance in a scan, whose memory accesses follow one another. */
  private static final float SCANNED = 0.65f;

  /** Distances a traversal computes for each place of its list, when everything passes. */
  private static final float PER_PLACE = 28;

  /** Share of efSearch held when next to nothing passes: then neighbours in rank lie far apart. */
  private static final float LEAST = 0.5f;

  /** Visited vectors before their share of members means something. */
  private static final int ENOUGH = 256;

  private static final int BLOCK = 64;

  private final PairQueue frontier = new PairQueue(true);
  private final PairQueue best = new PairQueue(false);
  private final int[] block = new int[BLOCK];
  private final float[] blockKeys = new float[BLOCK];
  private long distances;
  private long hops;
  private long asked;
  private long members;

  long distances() {
    return distances;
  }

  long hops() {
    return hops;
  }

  long asked() {
    return asked;
  }

  /**
   * Runs a strategy from a starting row.
   *
   * @param visited begun and empty
   * @return {@code GRAPH} or {@code SCAN}, whichever gave the answer
   */
  FilterStrategy run(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      SearchPlan plan,
      IDSelector selector,
      int k,
      int ef,
      int startRow,
      float startKey,
      VisitedRows visited,
      int[] list,
      int[] fresh,
      float[] keys,
      ResultCollector out,
      boolean selectRows) {
    distances = 0;
    hops = 0;
    asked = 0;
    members = 0;
    if (plan.strategy == FilterStrategy.SCAN || scanIsCheap(s, plan, selector, ef)) {
      scan(s, scorer, similarity, selector, visited, out, selectRows);
      return FilterStrategy.SCAN;
    }
    boolean complete =
        traverse(
            s,
            scorer,
            similarity,
            plan,
            selector,
            k,
            ef,
            startRow,
            startKey,
            visited,
            list,
            fresh,
            keys,
            out,
            selectRows);
    if (complete || plan.strategy == FilterStrategy.GRAPH && members >= k) {
      return FilterStrategy.GRAPH;
    }
    if (plan.strategy == FilterStrategy.GRAPH) {
      return FilterStrategy.GRAPH;
    }
    scan(s, scorer, similarity, selector, visited, out, selectRows);
    return FilterStrategy.SCAN;
  }

  private static boolean scanIsCheap(HnswState s, SearchPlan plan, IDSelector selector, int ef) {
    long most = selector.maxMembers();
    return plan.strategy == FilterStrategy.AUTO
        && most >= 0
        && scanCost(s.count(), Math.min(most, s.count())) < ef * PER_PLACE;
  }

  private static float scanCost(long count, float members) {
    return count * ASK + members * SCANNED;
  }

  private boolean isMember(
      HnswState s, IDSelector selector, int row, boolean selectRows, @Nullable Numbering live) {
    if (live != null && !live.isLive(row)) {
      return false;
    }
    asked++;
    return selector.isMember(selectRows ? row : s.idOf(row));
  }

  /** Returns whether the ef best members are known, as far as the graph tells. */
  private boolean traverse(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      SearchPlan plan,
      IDSelector selector,
      int k,
      int ef,
      int startRow,
      float startKey,
      VisitedRows visited,
      int[] list,
      int[] fresh,
      float[] keys,
      ResultCollector out,
      boolean selectRows) {
    Graph graph = s.graph();
    Numbering live = s.numbering();
    frontier.begin(similarity);
    best.begin(similarity);
    boolean adaptive = plan.strategy == FilterStrategy.AUTO;
    int places = ef;
    long known = selector.maxMembers();
    visited.add(startRow);
    fresh[0] = startRow;
    keys[0] = startKey;
    int m = 1;
    while (true) {
      for (int i = 0; i < m; i++) {
        int row = fresh[i];
        int order = Keys.order(keys[i]);
        boolean full = best.size() >= places;
        if (full && order >= best.topOrder()) {
          continue;
        }
        frontier.push(order, row);
        if (isMember(s, selector, row, selectRows, live)) {
          members++;
          out.add(similarity ? 0f - keys[i] : keys[i], selectRows ? row : s.idOf(row));
          best.push(order, row);
          if (full) {
            best.pop();
          }
        }
      }
      if (frontier.size() == 0) {
        return members >= k;
      }
      if (best.size() >= places && frontier.topOrder() > best.topOrder()) {
        return true;
      }
      if (distances >= ENOUGH) {
        float share = (members + 1f) / (distances + 1f);
        places = Math.min(ef, Math.max(2 * k, (int) (ef * (LEAST + (1 - LEAST) * share))));
        while (best.size() > places) {
          best.pop();
        }
        if (adaptive && scanIsCheaper(s, known, places, share)) {
          return false;
        }
      }
      int row = frontier.topRow();
      frontier.pop();
      int n = graph.neighbors(row, 0, list);
      m = visited.filter(list, n, fresh);
      scorer.score(fresh, m, keys);
      distances += m;
      hops++;
    }
  }

  /** Whether what the traversal still needs exceeds a scan of all members. */
  private boolean scanIsCheaper(HnswState s, long known, int places, float share) {
    float all = known >= 0 ? Math.min(known, s.count()) : share * s.count();
    float scan = scanCost(s.count(), all);
    return distances > scan || best.size() < places && PER_PLACE * places / share > scan;
  }

  /** Every member that was not visited. */
  private void scan(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      IDSelector selector,
      VisitedRows visited,
      ResultCollector out,
      boolean selectRows) {
    Numbering live = s.numbering();
    int from = 0;
    int to = s.graph().rows();
    if (selector instanceof IDSelectorRange r && live == null) {
      from = (int) Math.max(0, Math.min(to, r.min()));
      to = (int) Math.max(from, Math.min(to, r.max()));
    }
    int filled = 0;
    for (int row = from; row < to; row++) {
      if (!visited.has(row) && isMember(s, selector, row, selectRows, live)) {
        block[filled++] = row;
        if (filled == BLOCK) {
          offerBlock(s, scorer, similarity, filled, out, selectRows);
          filled = 0;
        }
      }
    }
    offerBlock(s, scorer, similarity, filled, out, selectRows);
  }

  private void offerBlock(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      int n,
      ResultCollector out,
      boolean selectRows) {
    scorer.score(block, n, blockKeys);
    distances += n;
    members += n;
    for (int i = 0; i < n; i++) {
      out.add(
          similarity ? 0f - blockKeys[i] : blockKeys[i], selectRows ? block[i] : s.idOf(block[i]));
    }
  }
}
