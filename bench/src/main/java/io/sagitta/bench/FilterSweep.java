package io.sagitta.bench;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.kernel.Kernels;
import io.sagitta.flat.IndexFlat;
import io.sagitta.hnsw.HnswStatistics;
import io.sagitta.hnsw.IndexHNSW;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Filtered search on a graph beside the exact scan over the members (a flat index with the same
 * selector), one query a call, taking turns: microseconds a query, recall against the scan, and how
 * many times faster than the scan.
 *
 * <p>Selectors pass a share of the vectors: drawn at random; <em>near</em>, those closest to a
 * query; <em>far</em>, those closest to the vector that is farthest from it (a cluster on the other
 * side); <em>shell</em>, those farthest from the query, on all sides. The queries are that one and
 * its nearest fellows, so near, far and shell hold for all of them.
 */
@Command(name = "filter-sweep", description = "Measures filtered search over selectivity.")
public final class FilterSweep implements Callable<Integer> {
  @Option(names = "--file", required = true, description = "file of an HNSW index over the data")
  private Path file = Path.of("");

  @Option(names = "--data", required = true, description = "the data, as for side-by-side (L2)")
  private String dataName = "";

  @Option(names = "--shares", split = ",", defaultValue = "0.001,0.01,0.05,0.1,0.5,1")
  private List<Double> shares = List.of();

  @Option(names = "--kinds", split = ",", defaultValue = "random,near,far,shell")
  private List<String> kinds = List.of();

  @Option(names = "--strategies", split = ",", defaultValue = "auto")
  private List<String> strategies = List.of();

  @Option(names = "--selectors", split = ",", defaultValue = "bitmap", description = "bitmap, java")
  private List<String> selectors = List.of();

  @Option(names = "--ef", split = ",", defaultValue = "64")
  private List<Integer> efs = List.of();

  @Option(names = "--queries", defaultValue = "100")
  private int count = 100;

  @Option(names = "--rounds", defaultValue = "3")
  private int rounds = 3;

  @Option(names = "--scans", defaultValue = "10", description = "scans timed in a round")
  private int scans = 10;

  private static final int K = 10;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FilterSweep()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    BenchData data = BenchData.load(dataName, "l2");
    Vectors queries = neighbours(data.queries(), data.queries(), 0, count);
    try (Index read = IndexIO.read(file);
        IndexFlat flat = IndexFlat.over(data.base(), MetricType.L2)) {
      IndexHNSW graph = (IndexHNSW) read;
      int[] order = byDistance(data.base(), data.queries(), 0);
      int[] opposite = byDistance(data.base(), data.base(), order[order.length - 1]);
      Parallelism.of(1)
          .run(
              () -> {
                for (String kind : kinds) {
                  for (double share : shares) {
                    cell(graph, flat, queries, kind, share, kind.equals("far") ? opposite : order);
                  }
                }
              });
    }
    return 0;
  }

  private void cell(
      IndexHNSW graph, IndexFlat flat, Vectors queries, String kind, double share, int[] order) {
    byte[] bits = bits(kind, share, order);
    IDSelector bitmap = new IDSelectorBitmap(bits);
    IDSelector java = id -> (bits[(int) (id >>> 3)] >> (id & 7) & 1) != 0;
    KnnResult truth = new KnnResult();
    flat.searchInto(queries, K, SearchParameters.of(bitmap), truth);
    for (String kindOfSelector : selectors) {
      IDSelector selector = kindOfSelector.equals("java") ? java : bitmap;
      SearchParameters exact = SearchParameters.of(selector);
      for (int ef : efs) {
        for (String strategy : strategies) {
          SearchParameters p =
              SearchParameters.builder()
                  .efSearch(ef)
                  .set(SearchKey.FILTER_STRATEGY, strategy)
                  .selector(selector)
                  .build();
          compare(graph, flat, queries, exact, p, truth, kind, share, kindOfSelector);
        }
      }
    }
  }

  private void compare(
      IndexHNSW graph,
      IndexFlat flat,
      Vectors queries,
      SearchParameters exact,
      SearchParameters p,
      KnnResult truth,
      String kind,
      double share,
      String selector) {
    int n = (int) queries.n();
    KnnResult found = new KnnResult();
    HnswStatistics statistics = new HnswStatistics();
    double[] graphUs = new double[rounds];
    double[] scanUs = new double[rounds];
    double[] ratio = new double[rounds];
    long hits = 0;
    long wanted = 0;
    for (int q = 0; q < n; q++) {
      graph.searchInto(queries.slice(q, 1), K, p, found, statistics);
      for (int i = 0; i < truth.count(q); i++) {
        wanted++;
        for (int j = 0; j < found.count(0); j++) {
          hits += found.id(0, j) == truth.id(q, i) ? 1 : 0;
        }
      }
    }
    int[] slowest = {0};
    for (int r = -1; r < rounds; r++) {
      int scanned = Math.min(scans, n);
      long start = System.nanoTime();
      for (int q = 0; q < scanned; q++) {
        flat.searchInto(queries.slice(q, 1), K, exact, found);
      }
      double scan = (System.nanoTime() - start) * 1e-3 / scanned;
      long from = System.nanoTime();
      int asked = 0;
      do {
        for (int q = 0; q < n; q++) {
          graph.searchInto(queries.slice(q, 1), K, p, found);
        }
        asked += n;
      } while (System.nanoTime() - from < 20_000_000L && asked < 10 * n);
      double us = (System.nanoTime() - from) * 1e-3 / asked;
      if (r >= 0) {
        scanUs[r] = scan;
        graphUs[r] = us;
        ratio[r] = scan / us;
        slowest[0]++;
      }
    }
    Spread times = Spread.of(ratio);
    StringBuilder ran = new StringBuilder();
    for (var s : io.sagitta.hnsw.FilterStrategy.values()) {
      if (statistics.ranBy(s) > 0) {
        ran.append(s.name().toLowerCase(Locale.ROOT)).append(' ').append(statistics.ranBy(s));
        ran.append(' ');
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-6s %-5.3f %-6s %-22s recall %.4f  %8.0f us  scan %8.0f us  x %.1f [%.1f..%.1f]"
            + "  distances %.0f asked %.0f  %s%n",
        kind,
        share,
        selector,
        p.getString(SearchKey.FILTER_STRATEGY, "") + " ef " + p.getInt(SearchKey.EF_SEARCH, 0),
        wanted == 0 ? 1 : (double) hits / wanted,
        Spread.of(graphUs).median(),
        Spread.of(scanUs).median(),
        times.median(),
        times.low(),
        times.high(),
        (double) statistics.distances() / n,
        (double) statistics.asked() / n,
        ran);
  }

  private static byte[] bits(String kind, double share, int[] order) {
    int n = order.length;
    byte[] bits = new byte[(n + 7) / 8];
    int wanted = Math.max(1, (int) Math.round(share * n));
    int[] from = order;
    if (kind.equals("random")) {
      from = order.clone();
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < wanted; i++) {
        int j = i + random.nextInt(n - i);
        int swap = from[i];
        from[i] = from[j];
        from[j] = swap;
      }
    } else if (!kind.equals("near") && !kind.equals("far") && !kind.equals("shell")) {
      throw new IllegalArgumentException(kind + " is not random, near, far or shell");
    }
    for (int i = 0; i < wanted; i++) {
      int id = kind.equals("shell") ? from[n - 1 - i] : from[i];
      bits[id >>> 3] |= (byte) (1 << (id & 7));
    }
    return bits;
  }

  /** Rows of {@code x}, nearest to one query first. */
  private static int[] byDistance(Vectors x, Vectors queries, long query) {
    int n = Math.toIntExact(x.n());
    float[] q = new float[queries.d()];
    MemorySegment.copy(
        queries.data(), ValueLayout.JAVA_FLOAT, queries.offset(query), q, 0, queries.d());
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      float distance = Kernels.DISTANCES.l2(q, 0, x.data(), x.offset(i), x.d());
      keys[i] = (long) Float.floatToRawIntBits(distance) << 32 | i;
    }
    Arrays.parallelSort(keys);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /** The {@code count} rows of {@code x} nearest to one query. */
  private static Vectors neighbours(Vectors x, Vectors queries, long query, int count) {
    int[] order = byDistance(x, queries, query);
    int n = Math.min(count, order.length);
    MemorySegment out = Arena.ofAuto().allocate((long) n * x.d() * Float.BYTES, 64);
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(
          x.data(),
          ValueLayout.JAVA_FLOAT,
          x.offset(order[i]),
          out,
          ValueLayout.JAVA_FLOAT,
          (long) i * x.d() * Float.BYTES,
          x.d());
    }
    return new Vectors(n, x.d(), out);
  }
}
