package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.ResultCollector;
import org.jspecify.annotations.Nullable;

/**
 * The base level under a selector. Three ways, in the order in which {@link FilterStrategy#AUTO}
 * tries them:
 *
 * <ol>
 *   <li>a <b>widened traversal</b> that keeps going, through members and others alike, until the
 *       best members it holds are better than anything left to visit. It holds efSearch members
 *       while at least half of the vectors it meets pass, so it visits no less than a search
 *       without a selector does; below that fewer, down to half as many: they are spread over a
 *       neighbourhood 1/s times as wide already;
 *   <li>a <b>walk among members</b> ({@link MemberWalk}), when few of those near the query pass but
 *       there are many elsewhere;
 *   <li>the <b>exact scan</b>, when it is expected to be cheaper than either, and when the walks do
 *       not agree.
 * </ol>
 *
 * <p>What was visited is neither scored nor asked about again. Costs are counted in distances of a
 * traversal. The traversal's grows with 1/s when a share s passes near the query; it is compared
 * with the scan's, and given up early, before it has cost more than an eighth of the scan; walks
 * are given up as soon as they cannot agree any more, usually after three of eight. Where the
 * number of members is known and a scan of them costs no more than the traversal would with members
 * spread evenly, nor more than {@value #WORTH_TRYING} times what it would at best, the graph is not
 * tried at all. A selector that does not know its members is asked about a sample for that ({@link
 * SampledRows}).
 *
 * <p>For one thread at a time; reused.
 */
final class FilteredSearch {
  /** Cost of asking about a vector in a scan: 2 ns for a Java predicate over a bit set. */
  private static final float ASK = 0.01f;

  /** Cost of a distance in a scan, whose memory accesses follow one another. */
  private static final float SCANNED = 0.65f;

  /** Distances a traversal computes for each place of its list, when everything passes. */
  private static final float PER_PLACE = 28;

  /** Share of efSearch held when next to nothing passes: then neighbours in rank lie far apart. */
  private static final float LEAST = 0.5f;

  /** Visited vectors before their share of members means something. */
  private static final int ENOUGH = 256;

  /** Asked vectors over which the share of members is taken: it changes on the way. */
  private static final int WINDOW = 512;

  /** What part of the scan walks may cost; and they are expected to cost less than that. */
  private static final float WALKS_PART = 0.25f;

  /** A scan that costs more than that many traversals at their best is worth trying to avoid. */
  private static final float WORTH_TRYING = 4;

  /** Members scored at once, at least. */
  private static final int BLOCK = 64;

  /** Rows asked about between two blocks. */
  private static final int ASKED = 256;

  private final PairQueue frontier = new PairQueue(true);
  private final PairQueue best = new PairQueue(false);
  private final int[] block = new int[BLOCK + ASKED];
  private final float[] blockKeys = new float[BLOCK + ASKED];
  private long distances;
  private long hops;
  private long asked;
  private long members;
  private float recentAsked;
  private float recentMembers;

  /** Members to expect, of {@link FilterStrategy#AUTO}. */
  private float expected;

  private boolean skipped;

  /** Whether no row has been visited or, but for the sample, asked about. */
  private boolean untouched;

  private final MemberWalk walk = new MemberWalk();
  private final MemberRows memberRows = new MemberRows();
  private final SampledRows sample = new SampledRows();

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
   * @return {@code GRAPH}, {@code WALK} or {@code SCAN}, whichever gave the answer
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
    recentAsked = 0;
    recentMembers = 0;
    untouched = true;
    sample.clear();
    if (plan.strategy == FilterStrategy.SCAN
        || plan.strategy == FilterStrategy.AUTO && scanIsCheap(s, selector, ef, selectRows)) {
      scan(s, scorer, similarity, selector, visited, out, selectRows);
      return FilterStrategy.SCAN;
    }
    untouched = false;
    best.begin(similarity);
    if (plan.strategy != FilterStrategy.WALK) {
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
      if (complete || plan.strategy == FilterStrategy.GRAPH) {
        return FilterStrategy.GRAPH;
      }
    }
    boolean mayWalk = plan.strategy == FilterStrategy.WALK || !skipped;
    if (mayWalk
        && walkAmongMembers(s, scorer, similarity, plan, selector, ef, visited, out, selectRows)) {
      return FilterStrategy.WALK;
    }
    scan(s, scorer, similarity, selector, visited, out, selectRows);
    return FilterStrategy.SCAN;
  }

  private boolean walkAmongMembers(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      SearchPlan plan,
      IDSelector selector,
      int ef,
      VisitedRows visited,
      ResultCollector out,
      boolean selectRows) {
    boolean wanted = plan.strategy == FilterStrategy.WALK;
    long known = selector.maxMembers();
    if (!wanted && known >= 0 && WALKS_PART * scanCost(s, selector, known) < walksCost(ef)) {
      return false;
    }
    walk.begin(s, scorer, similarity, selector, sample, visited, best, out, selectRows);
    float scan = scanCost(s, selector, known >= 0 ? known : walk.share() * s.count());
    float budget = wanted ? Float.MAX_VALUE : WALKS_PART * scan;
    boolean believed = budget >= walksCost(ef) && walk.run(scorer, 2 * ef, budget);
    walk.end();
    distances += walk.distances();
    hops += walk.hops();
    asked += walk.questions();
    return believed;
  }

  private boolean scanIsCheap(HnswState s, IDSelector selector, int ef, boolean selectRows) {
    long most = selector.maxMembers();
    if (most < 0) {
      sample.ask(s, selector, selectRows);
      asked += sample.asked();
      expected = sample.share() * s.count();
    } else {
      expected = Math.min(most, s.count());
    }
    float evenly = s.count() / Math.max(1, expected);
    return scanCost(s, selector, expected) < ef * PER_PLACE * Math.min(WORTH_TRYING, evenly);
  }

  /** Lists of members cost about twice as much as others, whose every vector is scored. */
  private static float walksCost(int ef) {
    return 2 * PER_PLACE * (MemberWalk.NARROW_PLACES + ef);
  }

  private static float scanCost(HnswState s, IDSelector selector, float members) {
    return members * SCANNED + (MemberRows.knows(s, selector) ? 0 : s.count() * ASK);
  }

  private boolean isMember(
      HnswState s, IDSelector selector, int row, boolean selectRows, @Nullable Numbering live) {
    if (live != null && !live.isLive(row)) {
      return false;
    }
    recentAsked++;
    if (sample.has(row)) {
      if (!sample.isMember(row)) {
        return false;
      }
    } else {
      asked++;
      if (!selector.isMember(selectRows ? row : s.idOf(row))) {
        return false;
      }
    }
    recentMembers++;
    return true;
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
    skipped = false;
    boolean adaptive = plan.strategy == FilterStrategy.AUTO;
    int places = ef;
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
          skipped = true;
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
        float share = recentShare();
        int wanted = (int) Math.ceil(ef * (LEAST + (1 - LEAST) * Math.min(1, 2 * share)));
        places = Math.min(ef, Math.max(2 * k, wanted));
        while (best.size() > places) {
          best.pop();
          skipped = true;
        }
        if (adaptive && givesUp(s, selector, places, share)) {
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

  /** Share of members among those asked about lately. */
  private float recentShare() {
    if (recentAsked > WINDOW) {
      recentAsked /= 2;
      recentMembers /= 2;
    }
    return Math.min(1, (recentMembers + 1) / (recentAsked + 1));
  }

  /** Whether what the traversal still needs exceeds a scan of all members, or walks among them. */
  private boolean givesUp(HnswState s, IDSelector selector, int places, float share) {
    if (best.size() >= places) {
      return false;
    }
    float needed = PER_PLACE * (places - best.size()) / share;
    float scan = scanCost(s, selector, expected);
    return needed > scan || distances > scan / 8 && needed > walksCost(places);
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
    MemberRows rows = memberRows.begin(s, selector);
    if (!rows.certain()) {
      askAll(s, scorer, similarity, selector, visited, out, selectRows);
      return;
    }
    int filled = 0;
    for (int row = rows.next(); row >= 0; row = rows.next()) {
      if (!visited.has(row)) {
        block[filled++] = row;
        if (filled == BLOCK) {
          offerBlock(s, scorer, similarity, filled, out, selectRows);
          filled = 0;
        }
      }
    }
    offerBlock(s, scorer, similarity, filled, out, selectRows);
    rows.end();
  }

  /** The scan of a selector that does not list its members, in runs. */
  private void askAll(
      HnswState s,
      RowScorer scorer,
      boolean similarity,
      IDSelector selector,
      VisitedRows visited,
      ResultCollector out,
      boolean selectRows) {
    int bound = s.graph().rows();
    int filled = 0;
    int to;
    for (int from = 0; from < bound; from = to) {
      to = from + Math.min(ASKED, bound - from);
      filled = pick(s, selector, from, to, visited, filled, selectRows);
      if (filled >= BLOCK) {
        offerBlock(s, scorer, similarity, filled, out, selectRows);
        filled = 0;
      }
    }
    offerBlock(s, scorer, similarity, filled, out, selectRows);
  }

  /** Puts the members of [from, to) that were not visited behind the first {@code filled}. */
  private int pick(
      HnswState s,
      IDSelector selector,
      int from,
      int to,
      VisitedRows visited,
      int filled,
      boolean selectRows) {
    Numbering live = s.numbering();
    int n = filled;
    if (live == null) {
      int end = sample.firstOf(from, to);
      for (int at = from; at < to; end = sample.firstOf(at, to)) {
        n = untouched ? askEach(selector, at, end, n) : askUnvisited(selector, at, end, visited, n);
        if (end < to && sample.isMember(end) && !visited.has(end)) {
          block[n++] = end;
        }
        at = end + 1;
      }
      return n;
    }
    for (int row = from; row < to; row++) {
      if (!visited.has(row) && isMember(s, selector, row, selectRows, live)) {
        block[n++] = row;
      }
    }
    return n;
  }

  /**
   * Asks about rows that are their own ids, by a branch: few pass where a scan is chosen, so it is
   * foreseen, and storing every row to keep some takes a quarter longer.
   */
  private int askEach(IDSelector selector, int from, int to, int filled) {
    int[] into = block;
    int n = filled;
    for (int row = from; row < to; row++) {
      if (selector.isMember(row)) {
        into[n++] = row;
      }
    }
    asked += to - from;
    return n;
  }

  /** As {@link #askEach}, but not about rows that were visited, which are few. */
  private int askUnvisited(IDSelector selector, int from, int to, VisitedRows visited, int filled) {
    int[] into = block;
    int n = filled;
    int questions = 0;
    for (int row = from; row < to; row++) {
      if (!visited.has(row)) {
        questions++;
        if (selector.isMember(row)) {
          into[n++] = row;
        }
      }
    }
    asked += questions;
    return n;
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
