package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;

/**
 * How one index is searched: reads the settings of a call, asks the quantizer for lists, and has
 * them walked query by query or scanned group by group. Keeps the scratch of searches between
 * calls. Safe for all threads.
 */
final class IvfSearch {
  private final ScratchPool scratch = new ScratchPool();
  private final GroupPool groups = new GroupPool();

  SearchScratch take(IndexIVF index, IvfState s) {
    return scratch.take(index, s);
  }

  void give(SearchScratch mine) {
    scratch.give(mine);
  }

  /** Drops idle scratch, which is of settings that hold no more. */
  void forget() {
    scratch.forget();
  }

  /**
   * k-NN search in lists that a quantizer chooses, which may be of another space.
   *
   * @param asked the queries as the chooser takes them
   * @param queries the queries as the index takes them
   */
  void knn(
      IndexIVF index,
      IvfState s,
      Index chooser,
      Vectors asked,
      Vectors queries,
      int k,
      SearchParameters p,
      boolean pairs,
      KnnResult out) {
    SearchScratch mine = scratch.take(index, s);
    SearchSettings settings = mine.settings;
    try {
      settings.read(index, p);
      settings.resolve(index, s, queries.n());
      if (settings.exact) {
        ExactSearch.search(index, s, queries, k, settings, pairs, out, null);
        return;
      }
      for (long from = 0; from < queries.n(); from += GroupedSearch.SLICE) {
        long n = Math.min(GroupedSearch.SLICE, queries.n() - from);
        boolean whole = n == queries.n();
        Vectors slice = whole ? queries : queries.slice(from, n);
        long begin = System.nanoTime();
        chooser.searchInto(
            asked == queries ? slice : whole ? asked : asked.slice(from, n),
            settings.nprobe,
            settings.quantizer,
            mine.coarse);
        long coarse = System.nanoTime();
        long[] lists = mine.coarse.rawLabels();
        float[] distances = mine.coarse.rawDistances();
        index.prefetch(s, lists, n * settings.nprobe);
        walk(index, s, slice, k, mine, lists, distances, settings.nprobe, pairs, out, (int) from);
        index.stats().time(coarse - begin, System.nanoTime() - coarse);
      }
    } finally {
      settings.clear();
      scratch.give(mine);
    }
  }

  /** k-NN search in {@code width} lists a query that the caller chose. */
  void assigned(
      IndexIVF index,
      IvfState s,
      Vectors queries,
      int k,
      long[] lists,
      float[] distances,
      int width,
      boolean pairs,
      SearchParameters p,
      KnnResult out) {
    SearchScratch mine = scratch.take(index, s);
    try {
      mine.settings.read(index, p);
      mine.settings.resolve(index, s, queries.n());
      walk(index, s, queries, k, mine, lists, distances, width, pairs, out, 0);
    } finally {
      mine.settings.clear();
      scratch.give(mine);
    }
  }

  private void walk(
      IndexIVF index,
      IvfState s,
      Vectors queries,
      int k,
      SearchScratch mine,
      long[] lists,
      float[] distances,
      int width,
      boolean pairs,
      KnnResult out,
      int base) {
    SearchSettings settings = mine.settings;
    if (queries.n() == 1) {
      index.one(s, queries, 0, k, mine, settings, lists, distances, width, pairs, out, base);
    } else if (GroupedSearch.pays(index, s, queries.n(), k, width, settings)) {
      GroupedSearch batch = groups.take();
      batch.run(index, s, queries, k, mine, settings, lists, distances, width, pairs, out, base);
      groups.give(batch);
    } else {
      EachQuery.run(index, s, queries, k, settings, lists, distances, width, pairs, out, base);
    }
  }

  /** One query into any collector. */
  void with(
      IndexIVF index, IvfState s, Vectors query, ResultCollector collector, SearchParameters p) {
    SearchScratch mine = scratch.take(index, s);
    SearchSettings settings = mine.settings;
    try {
      settings.read(index, p);
      settings.resolve(index, s, 1);
      index.quantizer().searchInto(query, settings.nprobe, settings.quantizer, mine.coarse);
      mine.scanner.configure(settings);
      mine.scanner.setQuery(query.data(), 0);
      ProbeWalk.walk(
          index,
          s,
          mine,
          settings,
          mine.coarse.rawLabels(),
          mine.coarse.rawDistances(),
          0,
          settings.nprobe,
          1,
          false,
          collector);
    } finally {
      settings.clear();
      scratch.give(mine);
    }
  }

  /** Range search in lists that a quantizer chooses; see {@link #knn}. */
  RangeResult range(
      IndexIVF index,
      IvfState s,
      Index chooser,
      Vectors asked,
      Vectors queries,
      float radius,
      SearchParameters p) {
    SearchSettings settings = new SearchSettings();
    settings.read(index, p);
    settings.resolve(index, s, queries.n());
    KnnResult coarse = new KnnResult();
    chooser.searchInto(asked, settings.nprobe, settings.quantizer, coarse);
    return RangeWalk.run(
        index,
        s,
        queries,
        radius,
        settings,
        coarse.rawLabels(),
        coarse.rawDistances(),
        settings.nprobe);
  }
}
