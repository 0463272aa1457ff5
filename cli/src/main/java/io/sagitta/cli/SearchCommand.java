package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta search}: the k nearest of each query. */
@Command(
    name = "search",
    description = "Find the k nearest vectors of each query.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta search --index ivf.index --queries q.fvecs -k 10 --params nprobe=16",
      "  sagitta search --index hnsw.index --queries q.npy -k 100 --params efSearch=200 --mmap \\",
      "      --ids-out ids.npy --distances-out distances.npy --groundtruth truth.ivecs"
    })
final class SearchCommand extends BaseCommand {
  /** Queries of a block: large enough for the batch paths, small enough to show progress. */
  private static final int BLOCK = 10_000;

  private static final int SHOWN_QUERIES = 3;
  private static final int SHOWN_RESULTS = 5;

  @Option(
      names = "--index",
      required = true,
      paramLabel = "INDEX",
      description = "Index to search.")
  private Path file = Path.of("");

  @Option(names = "--queries", required = true, paramLabel = "FILE", description = "Query vectors.")
  private Path queries = Path.of("");

  @Option(
      names = {"-k", "--k"},
      required = true,
      paramLabel = "N",
      description = "Results per query.")
  private int k;

  @Option(
      names = "--params",
      paramLabel = "NAME=VALUE,...",
      defaultValue = "",
      description = "Search parameters under FAISS's names, such as nprobe=8,efSearch=64.")
  private String params = "";

  @Option(names = "--mmap", description = "Map the index file instead of reading it.")
  private boolean map;

  @Option(
      names = "--ids-out",
      paramLabel = "FILE",
      description =
          "Write the ids, n x k: .npy (int64) or .ivecs; -1 where there are fewer than k.")
  private @Nullable Path idsOut;

  @Option(
      names = "--distances-out",
      paramLabel = "FILE",
      description = "Write the distances, n x k: .npy (float32) or .fvecs.")
  private @Nullable Path distancesOut;

  @Option(
      names = "--groundtruth",
      paramLabel = "FILE",
      description = "True nearest ids, best first, .ivecs or .npy: prints the recall.")
  private @Nullable Path groundtruth;

  @Override
  protected int run(Report report) throws IOException {
    if (k < 1) {
      throw wrongUse("-k " + k + " must be at least 1");
    }
    SearchParameters parameters = SearchParameters.parse(params);
    IndexFiles.requireFile(queries);
    long start = System.nanoTime();
    try (Index index = IndexFiles.read(file, map);
        VectorReader in = VectorReader.open(queries);
        ResultFiles out = new ResultFiles(idsOut, distancesOut, k)) {
      double openSeconds = (System.nanoTime() - start) / 1e9;
      report.field(
          "index", "index", IndexFiles.describe(index) + ", " + index.ntotal() + " vectors");
      report.field("openSeconds", "opened in", openSeconds, Report.seconds(openSeconds));
      Recall recall = recall(in.info().n());
      double seconds = search(index, in, parameters, out, recall, report);
      out.commit();
      summary(report, in.info().n(), seconds, recall);
    }
    return 0;
  }

  private double search(
      Index index,
      VectorReader in,
      SearchParameters parameters,
      ResultFiles out,
      @Nullable Recall recall,
      Report report)
      throws IOException {
    KnnResult result = new KnnResult();
    long n = in.info().n();
    long nanos = 0;
    try (ProgressBar bar = bar("search")) {
      for (long from = 0; from < n; ) {
        int rows = Math.max(1, Math.min(BLOCK, (Integer.MAX_VALUE - 8) / k));
        Vectors block = in.next(rows);
        long start = System.nanoTime();
        index.searchInto(block, k, parameters, result);
        nanos += System.nanoTime() - start;
        if (recall != null) {
          recall.add(result, from);
        }
        out.append(result);
        if (from == 0) {
          show(result, report);
        }
        from += block.n();
        bar.progress("search", from, n);
      }
    }
    return nanos / 1e9;
  }

  private @Nullable Recall recall(long n) throws IOException {
    if (groundtruth == null) {
      return null;
    }
    IndexFiles.requireFile(groundtruth);
    IdMatrix truth = IdMatrix.read(groundtruth);
    if (truth.n() < n) {
      throw new IllegalArgumentException(
          groundtruth + " has " + truth.n() + " rows for " + n + " queries");
    }
    return new Recall(truth, k);
  }

  private void show(KnnResult result, Report report) {
    if (idsOut != null || distancesOut != null || report.isJson()) {
      return;
    }
    for (int q = 0; q < Math.min(SHOWN_QUERIES, result.nq()); q++) {
      StringBuilder s = new StringBuilder("query " + q + ":");
      for (int i = 0; i < Math.min(SHOWN_RESULTS, result.count(q)); i++) {
        s.append("  ")
            .append(result.id(q, i))
            .append(" (")
            .append(result.distance(q, i))
            .append(')');
      }
      report.line(s + (result.count(q) > SHOWN_RESULTS ? "  ..." : ""));
    }
  }

  private void summary(Report report, long n, double seconds, @Nullable Recall recall) {
    report.hidden("queries", n);
    report.hidden("k", k);
    report.hidden("threads", threads());
    report.hidden("searchSeconds", seconds);
    double rate = seconds > 0 ? n / seconds : 0;
    report.field(
        "queriesPerSecond",
        "searched",
        rate,
        String.format(
            Locale.ROOT,
            "%d queries, k = %d, in %s: %,.0f queries/s on %d threads",
            n,
            k,
            Report.seconds(seconds),
            rate,
            threads()));
    if (recall != null) {
      Map<String, Object> values = new LinkedHashMap<>();
      StringBuilder text = new StringBuilder();
      recall
          .values()
          .forEach(
              (rank, value) -> {
                values.put(String.valueOf(rank), value);
                text.append(String.format(Locale.ROOT, "  @%d %.4f", rank, value));
              });
      report.field("recall", "recall", values, text.toString().strip());
    }
    if (idsOut != null) {
      report.field("idsOut", "wrote ids", idsOut.toString());
    }
    if (distancesOut != null) {
      report.field("distancesOut", "wrote distances", distancesOut.toString());
    }
  }
}
