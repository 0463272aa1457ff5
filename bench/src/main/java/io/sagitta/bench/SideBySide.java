package io.sagitta.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.library.Candidate;
import io.sagitta.bench.library.FaissLibrary;
import io.sagitta.bench.library.IndexSpec;
import io.sagitta.bench.library.SagittaLibrary;
import io.sagitta.bench.library.Searcher;
import io.sagitta.conformance.FaissProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sagitta and FAISS on one index, one data set and the same threads, taking turns in one run. FAISS
 * runs in its own process and times itself; its single-query figures do not contain Python's
 * wrapper.
 *
 * <p>By default FAISS builds the index and Sagitta reads the file, so that both search the very
 * same structure; {@code --build each} builds both and compares the build times too. Queries per
 * second, recall against exact search, latency quantiles and the ratio Sagitta ÷ FAISS with its
 * quartiles over the rounds are printed, and written as JSON lines with {@code --json-out}.
 */
@Command(
    name = "side-by-side",
    mixinStandardHelpOptions = true,
    description = "Measures Sagitta and FAISS taking turns in one run.")
public final class SideBySide implements Callable<Integer> {
  @Option(names = "--factory", required = true, description = "factory string, e.g. IVF1024,Flat")
  private String factory = "";

  @Option(names = "--metric", defaultValue = "l2", description = "l2, ip or cosine")
  private String metric = "l2";

  @Option(
      names = "--data",
      defaultValue = "synthetic:200000x128",
      description =
          "synthetic:<n>x<d>[:<queries>], siftsmall, fashion-mnist, base=F,queries=F, F.hdf5")
  private String dataName = "";

  @Option(
      names = "--params",
      split = ";",
      defaultValue = "",
      description = "search settings, several separated by ';', e.g. \"nprobe=8;nprobe=32\"")
  private List<String> params = List.of("");

  @Option(
      names = "--set",
      defaultValue = "",
      description = "build settings for both, e.g. efConstruction=40")
  private String buildSettings = "";

  @Option(names = "-k", defaultValue = "10", description = "results per query")
  private int k = 10;

  @Option(names = "--threads", split = ",", defaultValue = "1", description = "numbers of threads")
  private List<Integer> threads = List.of(1);

  @Option(
      names = "--modes",
      split = ",",
      defaultValue = "batch,single",
      description = "batch, single")
  private List<String> modes = List.of("batch", "single");

  @Option(names = "--reps", defaultValue = "7", description = "rounds per cell")
  private int reps = 7;

  @Option(
      names = "--min-seconds",
      defaultValue = "0.3",
      description = "least length of one timed run")
  private double minSeconds = 0.3;

  @Option(names = "--warmup", defaultValue = "3", description = "seconds of warm-up per cell")
  private double warmup = 3;

  @Option(
      names = "--build",
      defaultValue = "faiss",
      description =
          "faiss: Sagitta reads FAISS's file; each: both build; sagitta: FAISS reads Sagitta's")
  private String build = "faiss";

  @Option(
      names = "--cache",
      description = "folder for indexes that FAISS built (default: .sagitta/bench-cache)")
  private @Nullable Path cache;

  @Option(names = "--json-out", description = "append one JSON line per cell")
  private @Nullable Path jsonOut;

  /** Runs it; exit codes 0 done, 1 failed, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SideBySide()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Optional<FaissProcess> found = FaissProcess.find();
    if (found.isEmpty()) {
      System.err.println("side-by-side: " + FaissProcess.whyAbsent());
      return 1;
    }
    try (FaissLibrary faiss = new FaissLibrary(found.get())) {
      BenchData data = BenchData.load(dataName, metric);
      BenchCache files = BenchCache.at(cache);
      System.out.printf(
          Locale.ROOT,
          "FAISS %s; Java %s%n%s on %s, k = %d%n",
          faiss.version(),
          Runtime.version(),
          factory,
          data.describe(),
          k);
      GroundTruth truth = files.groundTruth(data, k, Optional.of(faiss));
      IndexSpec spec = IndexSpec.of(factory, buildSettings);
      measure(faiss, data, spec, files, truth);
    }
    return 0;
  }

  private void measure(
      FaissLibrary faiss, BenchData data, IndexSpec spec, BenchCache files, GroundTruth truth)
      throws IOException {
    int cores = Runtime.getRuntime().availableProcessors();
    if (build.equals("each")) {
      try (Candidate theirs = faiss.build(spec, data, threads.getFirst());
          Candidate ours = new SagittaLibrary().build(spec, data, threads.getFirst())) {
        double train = ours.figures().trainSeconds() / theirs.figures().trainSeconds();
        double add = ours.figures().addSeconds() / theirs.figures().addSeconds();
        System.out.printf(
            Locale.ROOT,
            "build, %d threads: Sagitta train %.2f s add %.2f s; FAISS train %.2f s add %.2f s;"
                + " Sagitta/FAISS time train %.2f add %.2f%n",
            threads.getFirst(),
            ours.figures().trainSeconds(),
            ours.figures().addSeconds(),
            theirs.figures().trainSeconds(),
            theirs.figures().addSeconds(),
            train,
            add);
        ObjectNode line = line("build", data);
        line.put("threads", threads.getFirst());
        line.put("faiss_train", theirs.figures().trainSeconds())
            .put("faiss_add", theirs.figures().addSeconds());
        line.put("sagitta_train", ours.figures().trainSeconds())
            .put("sagitta_add", ours.figures().addSeconds());
        write(line);
        cells(data, truth, ours, theirs);
      }
      return;
    }
    Path file =
        files.file(
            factory + "-" + metric + "-" + buildSettings + "-" + build, data.name(), "faiss");
    if (!Files.exists(file)) {
      if (build.equals("sagitta")) {
        try (Candidate ours = new SagittaLibrary().build(spec, data, cores)) {
          SagittaLibrary.write(ours, file);
        }
      } else {
        try (Candidate theirs = faiss.build(spec, data, cores)) {
          System.out.printf(
              Locale.ROOT,
              "FAISS built: train %.2f s, add %.2f s%n",
              theirs.figures().trainSeconds(),
              theirs.figures().addSeconds());
          ((FaissLibrary.FaissCandidate) theirs).index().write(file);
        }
      }
    }
    try (Candidate theirs = faiss.read(file);
        Candidate ours = SagittaLibrary.read(file)) {
      cells(data, truth, ours, theirs);
    }
  }

  private void cells(BenchData data, GroundTruth truth, Candidate ours, Candidate theirs)
      throws IOException {
    for (String setting : params) {
      for (int t : threads) {
        for (String mode : modes) {
          cell(data, truth, ours, theirs, setting.strip(), t, mode);
        }
      }
    }
  }

  private void cell(
      BenchData data,
      GroundTruth truth,
      Candidate ours,
      Candidate theirs,
      String setting,
      int t,
      String mode)
      throws IOException {
    boolean single = mode.equals("single");
    Map<String, Searcher> searchers = new LinkedHashMap<>();
    searchers.put("sagitta", ours.searcher(data.queries(), k, setting, t, single));
    searchers.put("faiss", theirs.searcher(data.queries(), k, setting, t, single));
    Map<String, Pairing.Result> results =
        new Pairing(warmup, minSeconds, reps).run(data.queries().n(), t, searchers);
    Pairing.Result a = Objects.requireNonNull(results.get("sagitta"));
    Pairing.Result b = Objects.requireNonNull(results.get("faiss"));
    Spread ratio = a.over(b);
    double ourRecall = truth.recall(a.ids(), k, k);
    double theirRecall = truth.recall(b.ids(), k, k);
    System.out.printf(
        Locale.ROOT,
        "%-28s %d thr %-6s  Sagitta %9.0f/s  FAISS %9.0f/s  ratio %.2f [%.2f..%.2f]  recall %.4f /"
            + " %.4f%s%n",
        setting.isEmpty() ? "-" : setting,
        t,
        mode,
        a.rate().median(),
        b.rate().median(),
        ratio.median(),
        ratio.low(),
        ratio.high(),
        ourRecall,
        theirRecall,
        single
            ? String.format(
                Locale.ROOT,
                "  p50/p99 us %.0f/%.0f against %.0f/%.0f",
                a.latency(0.5),
                a.latency(0.99),
                b.latency(0.5),
                b.latency(0.99))
            : "");
    ObjectNode line = line("search", data);
    line.put("params", setting).put("k", k).put("threads", t).put("mode", mode).put("rounds", reps);
    line.put("sagitta_qps", a.rate().median())
        .put("sagitta_low", a.rate().low())
        .put("sagitta_high", a.rate().high());
    line.put("faiss_qps", b.rate().median())
        .put("faiss_low", b.rate().low())
        .put("faiss_high", b.rate().high());
    line.put("ratio", ratio.median()).put("ratio_low", ratio.low()).put("ratio_high", ratio.high());
    line.put("sagitta_recall", ourRecall).put("faiss_recall", theirRecall);
    if (single) {
      line.put("sagitta_p50_us", a.latency(0.5)).put("sagitta_p99_us", a.latency(0.99));
      line.put("faiss_p50_us", b.latency(0.5)).put("faiss_p99_us", b.latency(0.99));
    }
    write(line);
  }

  private ObjectNode line(String cell, BenchData data) {
    ObjectNode line = new ObjectMapper().createObjectNode();
    return line.put("cell", cell)
        .put("factory", factory)
        .put("data", data.name())
        .put("build", build);
  }

  private void write(ObjectNode line) throws IOException {
    if (jsonOut != null) {
      Files.writeString(
          jsonOut,
          line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
