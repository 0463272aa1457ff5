package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.IdMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta demo}: the main job from end to end, on whatever data is at hand. */
@Command(
    name = "demo",
    description =
        "Build every family of index, search it, write it, map it and search again; then a storage"
            + " whose writing process is killed. A minute's tour.",
    footerHeading = "%nExample:%n",
    footer = "  sagitta demo --data ../shared/data")
final class DemoCommand extends BaseCommand {
  private static final int K = 10;
  private static final double SEARCH_SECONDS = 0.3;

  /** An index to show, and the search settings to show it with. */
  private record Show(String factory, String... parameters) {}

  private static final List<Show> SHOWS =
      List.of(
          new Show("Flat", ""),
          new Show("HNSW32", "efSearch=16", "efSearch=64"),
          new Show("IVF100,Flat", "nprobe=4", "nprobe=16"),
          new Show("SQ8", ""),
          new Show("PQ32", ""),
          new Show("IVF100,PQ32", "nprobe=16"));

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with siftsmall/ (default: ../shared/data where it is there, else seeded"
              + " vectors).")
  private @Nullable Path data;

  @Override
  protected int run(Report report) throws IOException {
    Path from = data == null ? defaultData() : data;
    DemoData all = DemoData.load(from);
    Vectors base = all.base();
    report.field(
        "data",
        "data",
        all.name(),
        all.name() + ": " + base.n() + " x " + base.d() + ", " + all.queries().n() + " queries");
    IdMatrix truth = all.truth() == null ? exact(all) : all.truth();
    Path folder = Files.createTempDirectory("sagitta-demo");
    List<Map<String, Object>> rows = new ArrayList<>();
    report.line("");
    report.line(
        String.format(
            "%-12s %-12s %9s %9s %12s %10s",
            "index", "settings", "build", "recall@10", "queries/s", "file"));
    try {
      for (Show show : SHOWS) {
        show(show, all, truth, folder.resolve("demo.index"), report, rows);
      }
      report.hidden("rows", rows);
      report.line("");
      report.line(
          "Each index was written in FAISS's format, mapped again, and gave the same answers.");
      report.line("");
      new StorageDemo(from, all, folder).run(report);
    } finally {
      remove(folder);
    }
    return 0;
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static @Nullable Path defaultData() {
    String named = System.getProperty("sagitta.data");
    Path folder = Path.of(named == null ? "../shared/data" : named);
    return Files.isDirectory(folder) ? folder : null;
  }

  private static IdMatrix exact(DemoData data) {
    try (Index flat = IndexFactory.create(data.base().d(), "Flat")) {
      flat.add(data.base());
      KnnResult result = flat.search(data.queries(), K);
      return new IdMatrix(result.nq(), K, result.labels());
    }
  }

  private void show(
      Show show,
      DemoData data,
      IdMatrix truth,
      Path file,
      Report report,
      List<Map<String, Object>> rows)
      throws IOException {
    Index made;
    try {
      made = IndexFactory.create(data.base().d(), show.factory());
    } catch (IllegalArgumentException e) {
      // A family whose module is not on the path.
      report.line(String.format("%-12s not available: %s", show.factory(), e.getMessage()));
      return;
    }
    long start = System.nanoTime();
    try (Index index = made) {
      try (ProgressBar bar = bar(show.factory())) {
        index.train(data.base(), bar);
        index.add(data.base(), bar);
      }
      double buildSeconds = (System.nanoTime() - start) / 1e9;
      IndexIO.write(index, file);
      try (Index mapped = IndexIO.open(file)) {
        for (String text : show.parameters()) {
          SearchParameters parameters = SearchParameters.parse(text);
          KnnResult result = index.search(data.queries(), K, parameters);
          requireSame(show.factory(), result, mapped.search(data.queries(), K, parameters));
          Recall recall = new Recall(truth, K);
          recall.add(result, 0);
          double recallAt10 = recall.atMost();
          double rate = rate(mapped, data.queries(), parameters);
          rows.add(row(show.factory(), text, buildSeconds, recallAt10, rate, Files.size(file)));
          report.line(
              String.format(
                  Locale.ROOT,
                  "%-12s %-12s %9s %9.4f %,12.0f %10s",
                  show.factory(),
                  text,
                  Report.seconds(buildSeconds),
                  recallAt10,
                  rate,
                  Report.bytes(Files.size(file))));
        }
      }
    }
  }

  private static Map<String, Object> row(
      String factory, String settings, double build, double recall, double rate, long bytes) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("factory", factory);
    out.put("settings", settings);
    out.put("buildSeconds", build);
    out.put("recallAt10", recall);
    out.put("queriesPerSecond", rate);
    out.put("fileBytes", bytes);
    return out;
  }

  private static void requireSame(String factory, KnnResult a, KnnResult b) {
    if (!Arrays.equals(a.labels(), b.labels()) || !Arrays.equals(a.distances(), b.distances())) {
      throw new IllegalStateException(
          factory + ": the mapped file answers otherwise than the index it was written from");
    }
  }

  /** Queries per second, once warm. */
  private static double rate(Index index, Vectors queries, SearchParameters parameters) {
    KnnResult out = new KnnResult();
    long start = System.nanoTime();
    while (System.nanoTime() - start < SEARCH_SECONDS * 1e9) {
      index.searchInto(queries, K, parameters, out);
    }
    long n = 0;
    start = System.nanoTime();
    long elapsed;
    do {
      index.searchInto(queries, K, parameters, out);
      n += queries.n();
      elapsed = System.nanoTime() - start;
    } while (elapsed < SEARCH_SECONDS * 1e9);
    return n / (elapsed / 1e9);
  }
}
