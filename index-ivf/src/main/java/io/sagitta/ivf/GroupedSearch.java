package io.sagitta.ivf;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.CosineCodec;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A batch of queries, list by list: each list is read once and multiplied with all queries that
 * probe it.
 *
 * <p><b>Same answers as one by one.</b> The product only sorts out rows that cannot enter a query's
 * k best, with a bound on its rounding; what is left gets its distance by the direct formula, from
 * the same differences as in a single search. Lists are visited in another order than FAISS's,
 * which matters only where candidates tie for the last place: k + 1 are kept, and a query whose
 * last two are equal is searched again in FAISS's order. Threads share the lists, not the queries,
 * and merge what they found; neither the number of threads nor their timing shows.
 *
 * <p>Scratch: one batch at a time; reusable.
 */
final class GroupedSearch implements Parallelism.Range {
  /** Queries taken together; bounds the scratch. */
  static final int SLICE = 4096;

  private static final int MAX_CANDIDATES = 1 << 22;

  private @Nullable IndexIVF index;
  private @Nullable IvfState state;
  private @Nullable SearchSettings settings;
  private float[] coarse = new float[0];
  private float[] x = new float[0];
  private float[] norms = new float[0];
  private int[] starts = new int[0];
  private int[] order = new int[0];
  private int[] groups = new int[0];
  private int groupCount;
  private int nq;
  private int d;
  private int k;
  private int width;
  private boolean pairs;
  private GroupWorker[] workers = new GroupWorker[0];
  private boolean[] busy = new boolean[0];
  private int used;

  GroupedSearch() {}

  /** Whether a batch shares lists enough. */
  static boolean pays(
      IndexIVF index, IvfState state, long n, int k, int width, SearchSettings settings) {
    return index.metricType().code() <= 1
        && settings.maxCodes == 0
        && settings.polysemousHt <= 0
        && state.codec.codeSize() > 0
        && !(state.codec instanceof CosineCodec)
        && index.groups(state)
        && n * width >= (long) index.leastGroup() * index.nlist()
        && n <= SLICE
        && n * (k + 1L) <= MAX_CANDIDATES;
  }

  /** Searches queries [0, n) of a slice; results go to rows from {@code base} on. */
  void run(
      IndexIVF ix,
      IvfState s,
      Vectors queries,
      int wanted,
      SearchScratch mine,
      SearchSettings set,
      long[] lists,
      float[] distances,
      int probes,
      boolean storePairs,
      KnnResult out,
      int base) {
    index = ix;
    state = s;
    settings = set;
    coarse = distances;
    nq = (int) queries.n();
    d = ix.d();
    k = wanted;
    width = probes;
    pairs = storePairs;
    used = 0;
    copyQueries(queries);
    plan(lists);
    try {
      Parallelism.forRange(groupCount, 4, this);
      finish(queries, mine, lists, out, base);
    } finally {
      index = null;
      state = null;
      settings = null;
      for (int w = 0; w < used; w++) {
        workers[w].end();
      }
    }
  }

  private void copyQueries(Vectors queries) {
    if (x.length < nq * d) {
      x = new float[nq * d];
    }
    if (norms.length < nq) {
      norms = new float[nq];
    }
    MemorySegment.copy(queries.data(), Vectors.FLOAT, 0, x, 0, nq * d);
    for (int q = 0; q < nq; q++) {
      norms[q] = Kernels.DISTANCES.squaredNorm(x, q * d, d);
    }
  }

  /** Sorts (query, probe) pairs by list. */
  private void plan(long[] lists) {
    int nlist = index().nlist();
    int n = nq * width;
    if (starts.length < nlist + 1) {
      starts = new int[nlist + 1];
    }
    if (order.length < n) {
      order = new int[n];
    }
    Arrays.fill(starts, 0, nlist + 1, 0);
    for (int i = 0; i < n; i++) {
      long list = lists[i];
      if (list >= nlist) {
        throw ProbeWalk.badList(list, nlist);
      }
      if (list >= 0) {
        starts[(int) list + 1]++;
      }
    }
    int occupied = 0;
    for (int l = 0; l < nlist; l++) {
      if (starts[l + 1] > 0) {
        occupied++;
      }
      starts[l + 1] += starts[l];
    }
    if (groups.length < occupied) {
      groups = new int[occupied];
    }
    groupCount = 0;
    for (int l = 0; l < nlist; l++) {
      if (starts[l + 1] > starts[l] && state().lists.get(l).size() > 0) {
        groups[groupCount++] = l;
      }
    }
    for (int i = 0; i < n; i++) {
      if (lists[i] >= 0) {
        order[starts[(int) lists[i]]++] = i;
      }
    }
    // Each start has moved to the next one's place; move them back.
    System.arraycopy(starts, 0, starts, 1, nlist);
    starts[0] = 0;
  }

  @Override
  public void run(long from, long to) {
    GroupWorker worker = takeWorker();
    for (long g = from; g < to; g++) {
      int list = groups[(int) g];
      worker.visit(list, order, starts[list], starts[list + 1]);
    }
    giveWorker(worker);
  }

  private synchronized GroupWorker takeWorker() {
    for (int i = 0; i < used; i++) {
      if (!busy[i]) {
        busy[i] = true;
        return workers[i];
      }
    }
    if (used == workers.length) {
      workers = Arrays.copyOf(workers, used + 1);
      busy = Arrays.copyOf(busy, used + 1);
      workers[used] = new GroupWorker();
    }
    GroupWorker w = workers[used];
    busy[used++] = true;
    w.begin(index(), state(), settings(), x, norms, coarse, nq, d, k, width, pairs);
    return w;
  }

  private synchronized void giveWorker(GroupWorker worker) {
    for (int i = 0; i < used; i++) {
      if (workers[i] == worker) {
        busy[i] = false;
      }
    }
  }

  private void finish(Vectors queries, SearchScratch mine, long[] lists, KnnResult out, int base) {
    IndexIVF ix = index();
    boolean similarity = ix.metricType() == MetricType.INNER_PRODUCT;
    if (used == 0) {
      for (int q = 0; q < nq; q++) {
        out.finish(base + q, 0, ix.metricType().worst());
      }
      return;
    }
    CandidateHeaps best = workers[0].heaps();
    for (int q = 0; q < nq; q++) {
      for (int w = 1; w < used; w++) {
        best.addAll(q, workers[w].heaps());
      }
      best.sort(q, similarity);
      int n = Math.min(k, best.size(q));
      if (best.size(q) > k && best.key(q, k) == best.key(q, k - 1)) {
        ix.one(
            state(), queries, q, k, mine, settings(), lists, coarse, width, pairs, out, base + q);
        continue;
      }
      int at = (base + q) * k;
      for (int i = 0; i < n; i++) {
        float key = best.key(q, i);
        out.rawDistances()[at + i] = similarity ? -key : key;
        out.rawLabels()[at + i] = best.id(q, i);
      }
      out.finish(base + q, n, ix.metricType().worst());
      ix.dropMinusOne(out, base + q);
    }
    long scored = 0;
    int visited = 0;
    for (int w = 0; w < used; w++) {
      scored += workers[w].scored();
      visited += workers[w].visited();
    }
    ix.stats().countBatch(nq, visited, scored);
  }

  private IndexIVF index() {
    return java.util.Objects.requireNonNull(index);
  }

  private IvfState state() {
    return java.util.Objects.requireNonNull(state);
  }

  private SearchSettings settings() {
    return java.util.Objects.requireNonNull(settings);
  }
}
