package io.sagitta.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.library.FaissLibrary;
import io.sagitta.bench.library.Library;
import io.sagitta.conformance.FaissAnswer;
import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.FaissRequest;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What a suite measures beside its cells: the cold-start curve of a fresh JVM that maps an index,
 * and the speed of filtered search over the share of vectors that pass.
 */
final class ExtraRuns {
  private static final String FACTORY = "HNSW16";
  private final Suite suite;
  private final Libraries libraries;
  private final Path out;
  private final BenchCache cache;

  ExtraRuns(Suite suite, Libraries libraries, Path out, BenchCache cache) {
    this.suite = suite;
    this.libraries = libraries;
    this.out = out;
    this.cache = cache;
  }

  void run() throws IOException {
    boolean coldDone = false;
    boolean filterDone = false;
    for (JsonNode line : JsonLines.read(out)) {
      coldDone |= line.path("type").asText().equals("cold");
      filterDone |= line.path("type").asText().equals("filter");
    }
    boolean cold = suite.cold() && !coldDone;
    boolean filter = !suite.filter().isEmpty() && !filterDone;
    if (!cold && !filter) {
      return;
    }
    BenchData data = BenchData.load("synthetic:100000x128", "l2");
    Path file = cache.file("extra-" + FACTORY, data.name(), "faiss");
    if (!Files.exists(file)) {
      try (Index index = IndexFactory.create(data.d(), FACTORY, MetricType.L2)) {
        index.add(data.base());
        IndexIO.write(index, file);
      }
    }
    if (cold) {
      System.out.println("cold start");
      cold(data, file);
    }
    if (filter) {
      System.out.println("filter sweep");
      filters(data, file);
    }
  }

  private void cold(BenchData data, Path file) throws IOException {
    for (String kind : new String[] {"open", "read", "warm"}) {
      List<double[]> runs = new ArrayList<>();
      for (int r = 0; r < suite.rounds(); r++) {
        runs.add(coldRun(file, kind));
      }
      ObjectNode line = JsonLines.line("cold").put("library", "sagitta").put("kind", kind);
      line.put("data", data.name()).put("index", FACTORY);
      String[] names = {"main_ms", "first_answer_ms", "qps_first_second", "qps_steady"};
      for (int i = 0; i < names.length; i++) {
        int at = i;
        line.put(names[i], Spread.of(runs.stream().mapToDouble(v -> v[at]).toArray()).median());
      }
      JsonLines.append(out, line);
    }
  }

  private static double[] coldRun(Path file, String kind) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:PerMethodTrapLimit=100000",
            "-cp",
            System.getProperty("java.class.path"),
            ColdStart.class.getName(),
            file.toString(),
            kind));
    long start = System.currentTimeMillis();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line = in.readLine();
      if (line == null) {
        throw new IOException("the cold-start process gave no answer");
      }
      String[] parts = line.split(" ");
      // JVM start to main, by the wall clock of both processes.
      double main = Long.parseLong(parts[0]) - (double) start;
      return new double[] {
        main,
        main + Double.parseDouble(parts[1]),
        Double.parseDouble(parts[2]),
        Double.parseDouble(parts[3])
      };
    }
  }

  private void filters(BenchData data, Path file) throws IOException {
    Optional<FaissProcess> faiss =
        libraries.present().stream()
            .filter(l -> l instanceof FaissLibrary)
            .map((Library l) -> ((FaissLibrary) l).process())
            .findFirst();
    try (Index ours = IndexIO.read(file);
        Index flat = IndexFactory.create(data.d(), "Flat", MetricType.L2)) {
      flat.add(data.base());
      for (double share : suite.filter()) {
        long[] ids = ids(data.base().n(), share);
        SearchParameters parameters =
            SearchParameters.builder().selector(new IDSelectorBatch(ids)).efSearch(64).build();
        long[] truth =
            flat.search(data.queries(), suite.k(), SearchParameters.of(new IDSelectorBatch(ids)))
                .labels();
        KnnResult result = new KnnResult();
        ObjectNode line = line(data, share, "sagitta");
        double seconds =
            best(
                () ->
                    Parallelism.of(1)
                        .run(() -> ours.searchInto(data.queries(), suite.k(), parameters, result)));
        line.put("qps", data.queries().n() / seconds);
        line.put("recall", recall(truth, result.labels()));
        JsonLines.append(out, line);
        if (faiss.isPresent()) {
          filterFaiss(faiss.get(), data, file, share, ids, truth);
        }
      }
    }
  }

  private void filterFaiss(
      FaissProcess faiss, BenchData data, Path file, double share, long[] ids, long[] truth)
      throws IOException {
    faiss.threads(1);
    try (FaissIndex index = FaissIndex.read(faiss, file)) {
      ObjectNode parameters = JsonLines.JSON.createObjectNode().put("efSearch", 64);
      parameters.putObject("sel").put("batch", "ids");
      FaissAnswer[] answer = new FaissAnswer[1];
      double[] seconds = new double[1];
      for (int r = 0; r < 3; r++) {
        answer[0] =
            faiss.call(
                FaissRequest.of("search")
                    .with("index", index.handle())
                    .with("k", suite.k())
                    .with("params", parameters)
                    .array("x", data.queries())
                    .array("ids", ids));
        double took = answer[0].number("seconds");
        seconds[0] = r == 0 ? took : Math.min(seconds[0], took);
      }
      ObjectNode line = line(data, share, "faiss");
      line.put("qps", data.queries().n() / seconds[0]);
      line.put("recall", recall(truth, answer[0].longs("ids")));
      JsonLines.append(out, line);
    }
  }

  private static ObjectNode line(BenchData data, double share, String library) {
    return JsonLines.line("filter")
        .put("data", data.name())
        .put("index", FACTORY)
        .put("setting", "efSearch=64")
        .put("share", share)
        .put("library", library);
  }

  private static double best(Runnable body) {
    double best = Double.MAX_VALUE;
    for (int r = 0; r < 5; r++) {
      long start = System.nanoTime();
      body.run();
      best = Math.min(best, (System.nanoTime() - start) * 1e-9);
    }
    return best;
  }

  /** A random share of [0, n), seeded. */
  private static long[] ids(long n, double share) {
    SplittableRandom random = new SplittableRandom(7);
    long[] out = new long[(int) n];
    int count = 0;
    for (long id = 0; id < n; id++) {
      if (random.nextDouble() < share) {
        out[count++] = id;
      }
    }
    return Arrays.copyOf(out, count);
  }

  /** Share of the true results (fewer than k where fewer pass) that were found. */
  private double recall(long[] truth, long[] found) {
    int k = suite.k();
    long hits = 0;
    long wanted = 0;
    for (int q = 0; q < truth.length / k; q++) {
      for (int i = q * k; i < (q + 1) * k && truth[i] >= 0; i++) {
        wanted++;
        for (int j = q * k; j < (q + 1) * k; j++) {
          if (found[j] == truth[i]) {
            hits++;
            break;
          }
        }
      }
    }
    return wanted == 0 ? 1 : (double) hits / wanted;
  }
}
