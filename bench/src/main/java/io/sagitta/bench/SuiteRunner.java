package io.sagitta.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.library.BuildFigures;
import io.sagitta.bench.library.Candidate;
import io.sagitta.bench.library.FaissLibrary;
import io.sagitta.bench.library.IndexSpec;
import io.sagitta.bench.library.Library;
import io.sagitta.bench.library.Searcher;
import io.sagitta.bench.library.Work;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a suite and appends one JSON line per fact. Lines that are in the file already are not
 * measured again, so that an interrupted run goes on where it stopped.
 *
 * <p>All libraries of a cell take turns ({@link Pairing}). Every library builds its own index from
 * the same vectors with as many threads as the machine has cores. Recall is against exact search.
 */
public final class SuiteRunner {
  private final Suite suite;
  private final Path out;
  private final List<Library> libraries;
  private final BenchCache cache;

  /**
   * A warm search allocates nothing but a few objects a call. More is vectors on the heap, which
   * makes it ten times slower.
   */
  private static final double SUSPECT_BYTES = 4096;

  private final PrintStream log;
  private final Set<String> done = new HashSet<>();
  private final Progress progress;

  /**
   * @param libraries those that are there, FAISS (if any) among them
   * @param out JSON lines file, continued if it exists
   * @param log where progress goes
   */
  public SuiteRunner(
      Suite suite, List<Library> libraries, Path out, BenchCache cache, PrintStream log)
      throws IOException {
    this.suite = suite;
    this.libraries = libraries;
    this.out = out;
    this.cache = cache;
    this.log = log;
    this.progress = new Progress(log, suite.cells());
    if (Files.exists(out)) {
      for (JsonNode line : JsonLines.read(out)) {
        done.add(key(line));
      }
    }
  }

  private static String key(JsonNode line) {
    StringBuilder key = new StringBuilder(line.path("type").asText());
    for (String part :
        new String[] {"data", "index", "library", "setting", "threads", "mode", "share", "kind"}) {
      key.append('|').append(line.path(part).asText(""));
    }
    return key.toString();
  }

  private void write(ObjectNode line) throws IOException {
    JsonLines.append(out, line);
    done.add(key(line));
  }

  /** Writes machine, rooflines, builds and searches. */
  public void run() throws IOException {
    header();
    for (Suite.Run run : suite.runs()) {
      BenchData data = BenchData.load(run.present(), run.metricName());
      log.println(data.describe());
      Optional<Library> oracle =
          libraries.stream().filter(l -> l instanceof FaissLibrary).findFirst();
      GroundTruth truth = cache.groundTruth(data, suite.k(), oracle);
      for (Suite.Indexed indexed : run.indexes()) {
        index(data, truth, indexed);
      }
    }
    progress.end();
  }

  private void header() throws IOException {
    if (done.stream().anyMatch(k -> k.startsWith("machine"))) {
      return;
    }
    ObjectNode machine = Machine.describe();
    machine.put("suite", suite.name());
    ObjectNode versions = machine.putObject("libraries");
    for (Library library : libraries) {
      versions.put(library.name(), library.version());
    }
    write(machine);
    for (int threads : suite.threads()) {
      ObjectNode roof = JsonLines.line("roofline").put("threads", threads);
      put(roof, "fma_gflops", Roofline.fma(threads));
      put(roof, "stream_gbs", Roofline.stream(threads));
      write(roof);
    }
  }

  private static void put(ObjectNode line, String name, Spread s) {
    line.put(name, s.median()).put(name + "_low", s.low()).put(name + "_high", s.high());
  }

  private ObjectNode cell(String type, BenchData data, IndexSpec spec, String library) {
    ObjectNode line = JsonLines.line(type);
    line.put("data", data.name()).put("n", data.base().n()).put("d", data.d());
    return line.put("index", spec.toString()).put("library", library);
  }

  private void index(BenchData data, GroundTruth truth, Suite.Indexed indexed) throws IOException {
    IndexSpec spec = IndexSpec.of(indexed.factory(), indexed.buildText());
    if (complete(data, spec, indexed)) {
      int cells = indexed.settings().size() * (suite.threads().size() + 1);
      for (int i = 0; i < cells; i++) {
        progress.skip();
      }
      return;
    }
    int cores = Runtime.getRuntime().availableProcessors();
    Map<String, Candidate> built = new LinkedHashMap<>();
    try {
      for (Library library : libraries) {
        if (!library.supports(spec, data)) {
          continue;
        }
        log.println("  building " + spec + " with " + library.name());
        Candidate candidate = library.build(spec, data, cores);
        built.put(library.name(), candidate);
        BuildFigures f = candidate.figures();
        ObjectNode line = cell("build", data, spec, library.name()).put("threads", cores);
        line.put("train_s", f.trainSeconds()).put("add_s", f.addSeconds());
        line.put("heap", f.heapBytes()).put("off_heap", f.offHeapBytes());
        line.put("resident", f.residentBytes()).put("file", f.fileBytes());
        if (!done.contains(key(line))) {
          write(line);
        }
      }
      for (String setting : indexed.settings()) {
        for (String mode : suite.modes()) {
          boolean single = mode.equals("single");
          for (int threads : single ? suite.threads().subList(0, 1) : suite.threads()) {
            search(data, truth, spec, built, indexed, setting, threads, single);
          }
        }
      }
    } finally {
      built.values().forEach(Candidate::close);
    }
  }

  private boolean complete(BenchData data, IndexSpec spec, Suite.Indexed indexed) {
    for (Library library : libraries) {
      if (!library.supports(spec, data)) {
        continue;
      }
      for (String setting : indexed.settings()) {
        for (String mode : suite.modes()) {
          boolean single = mode.equals("single");
          for (int threads : single ? suite.threads().subList(0, 1) : suite.threads()) {
            ObjectNode line = cell("search", data, spec, library.name());
            line.put("setting", setting).put("threads", threads).put("mode", mode);
            if (!done.contains(key(line))) {
              return false;
            }
          }
        }
      }
    }
    return true;
  }

  private void search(
      BenchData data,
      GroundTruth truth,
      IndexSpec spec,
      Map<String, Candidate> built,
      Suite.Indexed indexed,
      String setting,
      int threads,
      boolean single)
      throws IOException {
    Map<String, Searcher> searchers = new LinkedHashMap<>();
    Map<String, ObjectNode> lines = new LinkedHashMap<>();
    built.forEach(
        (name, candidate) -> {
          ObjectNode line = cell("search", data, spec, name);
          line.put("setting", setting)
              .put("threads", threads)
              .put("mode", single ? "single" : "batch");
          lines.put(name, line);
        });
    if (lines.values().stream().allMatch(l -> done.contains(key(l)))) {
      progress.skip();
      return;
    }
    Candidate ours = built.get("sagitta");
    Optional<Work> work =
        ours == null ? Optional.empty() : ours.work(data.queries(), suite.k(), setting);
    long all = data.queries().n();
    Vectors asked = data.queries().slice(0, single ? indexed.single(all) : all);
    built.forEach(
        (name, candidate) ->
            searchers.put(name, candidate.searcher(asked, suite.k(), setting, threads, single)));
    Map<String, Pairing.Result> results =
        new Pairing(suite.warmup(), suite.minSeconds(), suite.rounds())
            .run(asked.n(), single ? 1 : threads, searchers);
    for (Map.Entry<String, Pairing.Result> e : results.entrySet()) {
      Pairing.Result r = e.getValue();
      ObjectNode line = Objects.requireNonNull(lines.get(e.getKey()));
      line.put("k", suite.k()).put("rounds", suite.rounds());
      put(line, "qps", r.rate());
      line.put("recall", truth.recall(r.ids(), suite.k(), suite.k()));
      if (single) {
        line.put("p50_us", r.latency(0.5)).put("p99_us", r.latency(0.99));
      }
      Pairing.Result faiss = results.get("faiss");
      if (faiss != null && !e.getKey().equals("faiss")) {
        put(line, "over_faiss", r.over(faiss));
      }
      if (e.getKey().equals("sagitta") || e.getKey().equals("faiss")) {
        work.ifPresent(w -> put(line, w, r.rate().median()));
      }
      if (!Double.isNaN(r.allocated())) {
        line.put("allocated", Math.round(r.allocated()));
        if (r.allocated() > SUSPECT_BYTES) {
          log.printf(
              Locale.ROOT,
              "  %s allocated %,.0f bytes a query, where a warm search takes next to none: look"
                  + " before you believe this cell%n",
              e.getKey(),
              r.allocated());
        }
      }
      if (!done.contains(key(line))) {
        write(line);
      }
    }
    progress.step(data.name() + " " + spec + " " + setting + " " + (single ? "single" : "batch"));
  }

  /**
   * How much arithmetic and memory the speed amounts to, for Sagitta and for FAISS, which covers
   * the same vectors under the same setting.
   */
  private static void put(ObjectNode line, Work work, double qps) {
    if (work.flops() > 0) {
      line.put("gflops", work.flops() * qps * 1e-9);
    }
    line.put("gbs", work.bytes() * qps * 1e-9);
  }
}
