package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.collect.ResultCollector;
import org.jspecify.annotations.Nullable;

/**
 * A search among the members alone, for selectors whose members lie away from the query: walks
 * start at members drawn at random and go from member to member, best first; where a list has few
 * members, through the lists of those that are none. Vectors that are no members cost a question,
 * not a distance.
 *
 * <p><b>Whether to believe it.</b> Members nearest to the query that lie together are found from
 * anywhere; members nearest to it from all sides (a shell around it) are not, and no list says
 * where the next one is. So {@value #TRIES} narrow walks start apart and share nothing but answers
 * of the selector, then a wide one starts where they ended. What the wide one thinks best has to be
 * what the narrow ones ended at, nearly every time. If the best lay in a part of the graph that a
 * share p of walks finds, {@value #TRIES} walks would agree with probability p to the {@value
 * #TRIES}th, 0.17 at p = 0.8. Otherwise the caller scans. The best can only become more that the
 * walks before have missed, so when those have missed too many of what is best so far, no further
 * walk is made.
 *
 * <p>For one thread at a time; reused. On heap, once used: two bytes per row.
 */
final class MemberWalk {
  /** Narrow walks. */
  private static final int TRIES = 8;

  /** Members a narrow walk holds. */
  private static final int NARROW = 8;

  /** What all narrow walks hold. */
  static final int NARROW_PLACES = TRIES * NARROW;

  /** Members that have to be found again and again. */
  private static final int CHECKED = 3;

  /** How often they may be missed: once in ten. */
  private static final int ALLOWED = TRIES * CHECKED / 10;

  /** Members that the narrow walks start at, together. */
  private static final int SEEDS = 2 * TRIES;

  /** Rows drawn for them at most. */
  private static final int DRAWN = 1024;

  /** Members in a list that are enough to go on without the lists of the others. */
  private static final int PLENTY = 16;

  /** Distances that reading and asking about a row costs, about. */
  private static final float ASK = 0.1f;

  private final PairQueue frontier = new PairQueue(true);
  private final PairQueue best = new PairQueue(false);
  private VisitedRows asked = new VisitedRows();
  private final VisitedRows member = new VisitedRows();
  private final VisitedRows seen = new VisitedRows();
  private final int[] seeds = new int[SEEDS];
  private final float[] seedKeys = new float[SEEDS];
  private int[] list = new int[0];
  private int[] second = new int[0];
  private int[] via = new int[0];
  private int[] fresh = new int[0];
  private boolean[] isNew = new boolean[0];
  private float[] keys = new float[0];
  private final int[] ends = new int[NARROW_PLACES];
  private final float[] endKeys = new float[NARROW_PLACES];
  private int seedCount;
  private long questions;
  private long drawn;
  private long drawnMembers;
  private long distances;
  private long hops;

  private @Nullable HnswState state;
  private @Nullable IDSelector selector;
  private @Nullable SampledRows sample;
  private @Nullable ResultCollector out;
  private boolean similarity;
  private boolean selectRows;

  long distances() {
    return distances;
  }

  long hops() {
    return hops;
  }

  /** Ids the selector was asked about. */
  long questions() {
    return questions;
  }

  /** Share of the drawn rows that are members. */
  float share() {
    return drawnMembers / (float) Math.max(1, drawn);
  }

  /**
   * Starts a search: takes over what is known and draws members to start at.
   *
   * @param sampled answers that are known
   * @param visited rows that have been asked about already; used and marked from here on
   * @param members those of them that are members and have been offered
   */
  void begin(
      HnswState s,
      RowScorer scorer,
      boolean isSimilarity,
      IDSelector sel,
      SampledRows sampled,
      VisitedRows visited,
      PairQueue members,
      ResultCollector collector,
      boolean rows) {
    state = s;
    selector = sel;
    sample = sampled;
    out = collector;
    similarity = isSimilarity;
    selectRows = rows;
    questions = 0;
    distances = 0;
    hops = 0;
    drawn = 0;
    drawnMembers = 0;
    seedCount = 0;
    int slots = s.graph().plan().maxSlots();
    if (list.length < slots) {
      list = new int[slots];
      second = new int[slots];
      via = new int[slots];
      fresh = new int[slots + 1];
      isNew = new boolean[slots + 1];
      keys = new float[slots + 1];
    }
    int bound = s.graph().rows();
    asked = visited;
    member.begin(bound);
    for (int i = 0; i < members.size(); i++) {
      member.add(members.row(i));
    }
    drawSeeds(s, scorer, bound);
  }

  /** Lets go of everything of the caller's. */
  void end() {
    state = null;
    selector = null;
    sample = null;
    out = null;
  }

  private void drawSeeds(HnswState s, RowScorer scorer, int bound) {
    for (int i = 0; i < DRAWN && seedCount < SEEDS; i++) {
      // The golden ratio's multiples spread evenly over the rows, the same for every query.
      int row = (int) Math.unsignedMultiplyHigh((i + 1) * 0x9E3779B97F4A7C15L, bound);
      if (!s.hasRow(row) || !asked.add(row)) {
        continue;
      }
      drawn++;
      if (ask(s, row)) {
        drawnMembers++;
        member.add(row);
        seeds[seedCount++] = row;
      }
    }
    scorer.score(seeds, seedCount, seedKeys);
    distances += seedCount;
    for (int i = 0; i < seedCount; i++) {
      offer(s, seeds[i], seedKeys[i]);
    }
  }

  private boolean ask(HnswState s, int row) {
    SampledRows known = sample;
    if (known != null && known.has(row)) {
      return known.isMember(row);
    }
    questions++;
    IDSelector sel = selector;
    return sel != null && sel.isMember(selectRows ? row : s.idOf(row));
  }

  private void offer(HnswState s, int row, float key) {
    ResultCollector o = out;
    if (o != null) {
      o.add(similarity ? 0f - key : key, selectRows ? row : s.idOf(row));
    }
  }

  /**
   * Walks.
   *
   * @param places members held by the wide walk
   * @param budget distances after which it gives up
   * @return whether the best are believed to be among those offered
   */
  boolean run(RowScorer scorer, int places, float budget) {
    HnswState s = state;
    if (s == null || seedCount < SEEDS) {
      return false;
    }
    int filled = 0;
    for (int t = 0; t < TRIES; t++) {
      begin(s);
      for (int i = 2 * t; i < 2 * t + 2; i++) {
        seen.add(seeds[i]);
        take(seeds[i], seedKeys[i], NARROW);
      }
      if (!walk(s, scorer, NARROW, budget)) {
        return false;
      }
      while (best.size() > 0) {
        ends[filled] = best.topRow();
        endKeys[filled++] = Keys.key(best.topOrder());
        best.pop();
      }
      if (missed(filled, t + 1) > ALLOWED) {
        return false;
      }
    }
    begin(s);
    for (int i = 0; i < filled; i++) {
      if (seen.add(ends[i])) {
        take(ends[i], endKeys[i], places);
      }
    }
    return walk(s, scorer, places, budget) && agreed(filled);
  }

  /** How often the first walks did not end at the best that they found together. */
  private int missed(int filled, int walks) {
    int found = 0;
    long last = Long.MIN_VALUE;
    for (int c = 0; c < CHECKED; c++) {
      // The next worse pair of key and row, and how many walks ended at it.
      long next = Long.MAX_VALUE;
      int times = 0;
      for (int i = 0; i < filled; i++) {
        long pair = Keys.pack(endKeys[i], ends[i]);
        if (pair > last && pair < next) {
          next = pair;
          times = 0;
        }
        times += pair == next ? 1 : 0;
      }
      found += times;
      last = next;
    }
    return walks * CHECKED - found;
  }

  private boolean agreed(int filled) {
    while (best.size() > CHECKED) {
      best.pop();
    }
    int again = 0;
    for (int i = 0; i < filled; i++) {
      for (int j = 0; j < best.size(); j++) {
        again += ends[i] == best.row(j) ? 1 : 0;
      }
    }
    return TRIES * CHECKED - again <= ALLOWED;
  }

  private void begin(HnswState s) {
    seen.begin(s.graph().rows());
    frontier.begin(similarity);
    best.begin(similarity);
  }

  private boolean walk(HnswState s, RowScorer scorer, int places, float budget) {
    Graph graph = s.graph();
    while (frontier.size() > 0) {
      if (best.size() >= places && frontier.topOrder() > best.topOrder()) {
        break;
      }
      if (distances + ASK * questions > budget) {
        return false;
      }
      int row = frontier.topRow();
      frontier.pop();
      int m = gather(s, graph, row);
      scorer.score(fresh, m, keys);
      distances += m;
      for (int i = 0; i < m; i++) {
        if (isNew[i]) {
          offer(s, fresh[i], keys[i]);
        }
        take(fresh[i], keys[i], places);
      }
      hops++;
    }
    return true;
  }

  private void take(int row, float key, int places) {
    int order = Keys.order(key);
    boolean full = best.size() >= places;
    if (full && order >= best.topOrder()) {
      return;
    }
    frontier.push(order, row);
    best.push(order, row);
    if (full) {
      best.pop();
    }
  }

  /** Members next to a row that this walk has not seen, into {@code fresh}. */
  private int gather(HnswState s, Graph graph, int row) {
    int n = graph.neighbors(row, 0, list);
    int m = 0;
    int others = 0;
    int members = 0;
    for (int i = 0; i < n; i++) {
      int next = list[i];
      boolean fromBefore = asked.has(next);
      if (isMember(s, next)) {
        members++;
        if (seen.add(next)) {
          isNew[m] = !fromBefore;
          fresh[m++] = next;
        }
      } else if (!seen.has(next)) {
        via[others++] = next;
      }
    }
    int most = list.length;
    for (int v = 0; v < others && members < PLENTY && m < most; v++) {
      seen.add(via[v]);
      int n2 = graph.neighbors(via[v], 0, second);
      for (int i = 0; i < n2 && m < most; i++) {
        int next = second[i];
        boolean fromBefore = asked.has(next);
        if (isMember(s, next)) {
          members++;
          if (seen.add(next)) {
            isNew[m] = !fromBefore;
            fresh[m++] = next;
          }
        }
      }
    }
    return m;
  }

  private boolean isMember(HnswState s, int row) {
    if (!asked.add(row)) {
      return member.has(row);
    }
    Numbering live = s.numbering();
    if (live != null && !live.isLive(row) || !ask(s, row)) {
      return false;
    }
    member.add(row);
    return true;
  }
}
