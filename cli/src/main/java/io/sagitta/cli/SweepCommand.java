package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.Criterion;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.OperatingPoint;
import io.sagitta.core.factory.OperatingPoints;
import io.sagitta.core.factory.ParameterSpace;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code eval} and {@code tune} share: an index, queries, their truth, and the sweep. */
abstract class SweepCommand extends BaseCommand {
  @Option(
      names = "--index",
      required = true,
      paramLabel = "INDEX",
      description = "Index to search.")
  private Path file = Path.of("");

  @Option(names = "--queries", required = true, paramLabel = "FILE", description = "Query vectors.")
  private Path queries = Path.of("");

  @Option(
      names = "--groundtruth",
      paramLabel = "FILE",
      description = "True nearest ids, best first, .ivecs or .npy.")
  private @Nullable Path groundtruth;

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = "Instead of ground truth: the vectors of the index, searched exactly.")
  private @Nullable Path base;

  @Option(
      names = {"-k", "--k"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Recall is counted over the k nearest (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "0.3",
      description = "Search at least this long at each setting (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Draw recall against queries per second.")
  private @Nullable Path plot;

  @Option(names = "--mmap", description = "Map the index file instead of reading it.")
  private boolean map;

  /** Which settings to measure, and how many of them at most (0: all). */
  abstract OperatingPoints sweep(
      Index index, ParameterSpace space, Vectors x, Criterion criterion, double minSeconds);

  /** What is to be said about them; the exit code. */
  abstract int conclude(OperatingPoints points, long n, Report report);

  @Override
  protected final int run(Report report) throws IOException {
    if (k < 1) {
      throw wrongUse("-k " + k + " must be at least 1");
    }
    if ((groundtruth == null) == (base == null)) {
      throw wrongUse("give either --groundtruth or --base");
    }
    IndexFiles.requireFile(queries);
    Vectors x = VectorFiles.read(queries);
    try (Index index = IndexFiles.read(file, map)) {
      report.field(
          "index", "index", IndexFiles.describe(index) + ", " + index.ntotal() + " vectors");
      IdMatrix truth = truth(index, x);
      Criterion criterion = Criterion.intersection(k, truth.ids(), truth.k());
      OperatingPoints points = sweep(index, ParameterSpace.of(index), x, criterion, seconds);
      int code = conclude(points, x.n(), report);
      if (plot != null) {
        RecallPlot.write(plot, IndexFiles.describe(index), k, points, x.n());
        report.field("plot", "drew", plot.toString());
      }
      return code;
    }
  }

  private IdMatrix truth(Index index, Vectors x) throws IOException {
    if (groundtruth != null) {
      IndexFiles.requireFile(groundtruth);
      IdMatrix truth = IdMatrix.read(groundtruth);
      if (truth.n() != x.n()) {
        throw new IllegalArgumentException(
            groundtruth + " has " + truth.n() + " rows for " + x.n() + " queries");
      }
      return truth;
    }
    try (VectorSource source =
            new VectorSource(Objects.requireNonNull(base), VectorSource.DEFAULT_BUDGET);
        Index flat = IndexFactory.create(x.d(), "Flat", index.metricType(), index.metricArg())) {
      source.forEachBlock((block, from) -> flat.add(block));
      KnnResult result = flat.search(x, k);
      return new IdMatrix(result.nq(), k, result.labels());
    }
  }

  /** The table, and the same as JSON; optimal points are marked. */
  static void table(OperatingPoints points, long n, Report report) {
    List<OperatingPoint> optimal = points.optimal();
    report.line(String.format("  %-40s %9s %12s", "settings", "recall", "queries/s"));
    List<OperatingPoint> rows =
        points.all().stream().sorted(Comparator.comparingDouble(OperatingPoint::seconds)).toList();
    for (OperatingPoint p : rows) {
      report.line(
          String.format(
              Locale.ROOT,
              "%s %-40s %9.4f %,12.0f",
              optimal.contains(p) ? "*" : " ",
              p.settings().isEmpty() ? "(nothing to set)" : p.settings(),
              p.performance(),
              n / p.seconds()));
    }
    report.line("* nothing measured is both faster and better");
    report.hidden("points", rows.stream().map(p -> json(p, n, optimal.contains(p))).toList());
  }

  static Map<String, Object> json(OperatingPoint p, long n, boolean optimal) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("settings", p.settings());
    out.put("recall", p.performance());
    out.put("queriesPerSecond", n / p.seconds());
    out.put("optimal", optimal);
    return out;
  }
}
