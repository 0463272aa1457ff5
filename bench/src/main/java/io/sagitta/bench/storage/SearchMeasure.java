package io.sagitta.bench.storage;

import io.sagitta.bench.Spread;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.SearchResult;
import io.sagitta.storage.VectorStorage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Searching one query after the other on one thread: the store, whose results have ids, metadata
 * and similarities, beside the bare index with the same settings. Passes over the queries take
 * turns; the cost is the difference of the medians of a pass.
 */
public final class SearchMeasure {
  private static final int K = 10;

  private SearchMeasure() {}

  /** Runs and prints it. */
  public static void run(Setting setting) throws IOException {
    setting.forget();
    int n = Math.toIntExact(setting.base().n());
    float[][] queries = new float[Math.toIntExact(setting.queries().n())][];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = setting.queries().slice(i, 1).toArray();
    }
    SearchParameters parameters =
        setting.indexType().equals("hnsw")
            ? SearchParameters.builder().efSearch(96).build()
            : SearchParameters.NONE;
    SearchOptions options = SearchOptions.DEFAULT.withThreshold(-1).withParameters(parameters);
    try (VectorStorage storage = VectorStorage.open(setting.config(false));
        Index index = setting.bareIndex()) {
      setting.fill(storage, 0, n, Setting.metadata(0, n));
      setting.fill(index, 0, n);
      double[] store = new double[setting.rounds()];
      double[] bare = new double[setting.rounds()];
      double[] cost = new double[setting.rounds()];
      for (int warm = 0; warm < 2; warm++) {
        store(storage, queries, options);
        bare(index, queries, parameters);
      }
      for (int r = 0; r < setting.rounds(); r++) {
        if (r % 2 == 0) {
          store[r] = store(storage, queries, options);
          bare[r] = bare(index, queries, parameters);
        } else {
          bare[r] = bare(index, queries, parameters);
          store[r] = store(storage, queries, options);
        }
        cost[r] = store[r] - bare[r];
      }
      Spread c = Spread.of(cost);
      System.out.printf(
          Locale.ROOT,
          "search %d x %d, k = %d: store %.1f us, bare index %.1f us, cost %.1f us [%.1f..%.1f]"
              + " (medians of passes)%n",
          n,
          setting.base().d(),
          K,
          Spread.of(store).median(),
          Spread.of(bare).median(),
          c.median(),
          c.low(),
          c.high());
    }
    setting.forget();
  }

  /** The median of a pass in microseconds. */
  private static double store(VectorStorage storage, float[][] queries, SearchOptions options) {
    double[] micros = new double[queries.length];
    for (int i = 0; i < queries.length; i++) {
      long start = System.nanoTime();
      List<SearchResult> results = storage.searchSimilar(queries[i], K, options);
      micros[i] = (System.nanoTime() - start) * 1e-3;
      if (results.size() != K) {
        throw new IllegalStateException("a search found " + results.size() + " of " + K);
      }
    }
    Arrays.sort(micros);
    return Spread.quantile(micros, 0.5);
  }

  private static double bare(Index index, float[][] queries, SearchParameters parameters) {
    double[] micros = new double[queries.length];
    for (int i = 0; i < queries.length; i++) {
      long start = System.nanoTime();
      KnnResult result = index.search(Vectors.one(queries[i]), K, parameters);
      micros[i] = (System.nanoTime() - start) * 1e-3;
      if (result.count(0) != K) {
        throw new IllegalStateException("a search found " + result.count(0) + " of " + K);
      }
    }
    Arrays.sort(micros);
    return Spread.quantile(micros, 0.5);
  }
}
