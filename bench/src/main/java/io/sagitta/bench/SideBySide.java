package io.sagitta.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.conformance.FaissAnswer;
import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.FaissRequest;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sagitta and FAISS on one index, one data set and the same threads, taking turns in one run: A B A
 * B … so that a machine that slows down slows both. FAISS runs in its own process and times itself;
 * its single-query figures do not contain Python's wrapper.
 *
 * <p>By default FAISS builds the index and Sagitta reads the file, so that both search the very
 * same structure; {@code --build each} builds both and compares the build times too. Queries per
 * second, recall@k against exact search, latency quantiles and the ratio Sagitta ÷ FAISS with its
 * quartiles over the pairs are printed, and written as JSON lines with {@code --json-out}.
 */
@Command(
    name = "side-by-side",
    mixinStandardHelpOptions = true,
    description = "Measures Sagitta and FAISS alternating in one run.")
public final class SideBySide implements Callable<Integer> {
  @Option(names = "--factory", required = true, description = "factory string, e.g. IVF1024,Flat")
  private String factory = "";

  @Option(names = "--metric", defaultValue = "l2", description = "l2 or ip")
  private String metricName = "l2";

  @Option(
      names = "--data",
      defaultValue = "synthetic:200000x128",
      description = "synthetic:<n>x<d>[:<queries>], or a name that sagitta bench knows")
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

  @Option(names = "--reps", defaultValue = "7", description = "pairs of runs per cell")
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
      description = "faiss: Sagitta reads FAISS's file; each: both build")
  private String build = "faiss";

  @Option(names = "--cache", description = "folder for indexes built by FAISS")
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
    try (FaissProcess faiss = found.get()) {
      MetricType metric = metricName.equals("ip") ? MetricType.INNER_PRODUCT : MetricType.L2;
      BenchData data = BenchData.synthetic(dataName);
      System.out.printf(
          Locale.ROOT,
          "FAISS %s (%s), Java %s, %s%n%s %s on %s, %,d x %d, %,d queries, k = %d%n",
          faiss.version(),
          faiss.options(),
          Runtime.version(),
          System.getProperty("os.arch"),
          factory,
          metric,
          data.name(),
          data.base().n(),
          data.d(),
          data.queries().n(),
          k);
      GroundTruth truth = groundTruth(faiss, data, metric);
      measure(faiss, data, metric, truth);
    }
    return 0;
  }

  private GroundTruth groundTruth(FaissProcess faiss, BenchData data, MetricType metric)
      throws IOException {
    Path file = cacheFile("truth-" + metric + "-" + k, data.name(), "ids");
    if (Files.exists(file)) {
      byte[] raw = Files.readAllBytes(file);
      long[] ids = new long[raw.length / 8];
      ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(ids);
      return new GroundTruth(k, ids);
    }
    try (FaissIndex flat = FaissIndex.create(faiss, data.d(), "Flat", metric, 0)) {
      flat.add(data.base());
      long[] ids = flat.search(data.queries(), k, null).longs("ids");
      ByteBuffer raw = ByteBuffer.allocate(ids.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      raw.asLongBuffer().put(ids);
      Files.write(file, raw.array());
      return new GroundTruth(k, ids);
    }
  }

  private Path cacheFile(String kind, String name, String ending) throws IOException {
    Path folder = cache;
    if (folder == null) {
      String given = System.getenv("SAGITTA_BENCH_CACHE");
      folder =
          given != null
              ? Path.of(given)
              : Path.of(System.getProperty("sagitta.top", "."), ".sagitta", "bench-cache");
    }
    Files.createDirectories(folder);
    String text = kind + "|" + name;
    String hash = HexFormat.of().toHexDigits(text.hashCode() * 0x9E3779B97F4A7C15L ^ text.length());
    return folder.resolve(text.replaceAll("[^A-Za-z0-9.]+", "_") + "-" + hash + "." + ending);
  }

  private void measure(FaissProcess faiss, BenchData data, MetricType metric, GroundTruth truth)
      throws IOException {
    faiss.threads(Runtime.getRuntime().availableProcessors());
    boolean each = build.equals("each");
    Path file = cacheFile(factory + "-" + metric + "-" + buildSettings, data.name(), "faiss");
    if (each || !Files.exists(file)) {
      faiss.threads(each ? threads.getFirst() : Runtime.getRuntime().availableProcessors());
      try (FaissIndex index = FaissIndex.create(faiss, data.d(), factory, metric, 0)) {
        if (!buildSettings.isEmpty()) {
          index.set(buildSettings);
        }
        double trained = index.train(data.train());
        double added = index.add(data.base());
        System.out.printf(Locale.ROOT, "FAISS built: train %.2f s, add %.2f s%n", trained, added);
        index.write(file);
        if (each) {
          buildBoth(data, metric, trained, added);
        }
      }
    }
    try (FaissIndex theirs = FaissIndex.read(faiss, file);
        Index ours = each ? built(data, metric) : IndexIO.read(file)) {
      for (String p : params) {
        for (int t : threads) {
          for (String mode : modes) {
            cell(faiss, theirs, ours, data, truth, p.strip(), t, mode);
          }
        }
      }
    }
  }

  private @Nullable Index sagittaBuilt;

  private Index built(BenchData data, MetricType metric) {
    Index index = sagittaBuilt;
    return index != null ? index : sagittaBuild(data, metric, new double[2]);
  }

  private Index sagittaBuild(BenchData data, MetricType metric, double[] seconds) {
    Index index = IndexFactory.create(data.d(), factory, metric);
    if (!buildSettings.isEmpty() && index instanceof io.sagitta.core.factory.TunableIndex tunable) {
      for (String setting : buildSettings.split(",")) {
        String[] pair = setting.split("=");
        tunable.setParameter(pair[0].strip(), Double.parseDouble(pair[1]));
      }
    }
    Parallelism.of(threads.getFirst())
        .run(
            () -> {
              long start = System.nanoTime();
              index.train(data.train());
              long mid = System.nanoTime();
              index.add(data.base());
              seconds[0] = (mid - start) * 1e-9;
              seconds[1] = (System.nanoTime() - mid) * 1e-9;
            });
    return index;
  }

  private void buildBoth(BenchData data, MetricType metric, double trained, double added)
      throws IOException {
    double[] seconds = new double[2];
    sagittaBuilt = sagittaBuild(data, metric, seconds);
    System.out.printf(
        Locale.ROOT,
        "Sagitta built: train %.2f s, add %.2f s; Sagitta/FAISS time: train %.2f, add %.2f (%d"
            + " threads, cold JVM)%n",
        seconds[0],
        seconds[1],
        seconds[0] / trained,
        seconds[1] / added,
        threads.getFirst());
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("cell", "build")
        .put("factory", factory)
        .put("data", data.name())
        .put("metric", metric.name());
    line.put("threads", threads.getFirst());
    line.put("faiss_train", trained).put("faiss_add", added);
    line.put("sagitta_train", seconds[0]).put("sagitta_add", seconds[1]);
    write(line);
  }

  private void cell(
      FaissProcess faiss,
      FaissIndex theirs,
      Index ours,
      BenchData data,
      GroundTruth truth,
      String setting,
      int t,
      String mode)
      throws IOException {
    faiss.threads(t);
    SearchParameters p = SearchParameters.parse(setting);
    Side sagitta = new Sagitta(ours, data.queries(), p, t, mode);
    faiss.call(FaissRequest.of("queries").with("name", "q").array("x", data.queries()));
    Side other = new Faiss(faiss, theirs, setting, mode);
    int passes = Math.max(calibrate(sagitta), calibrate(other));
    double[] a = new double[reps];
    double[] b = new double[reps];
    double[] ratio = new double[reps];
    for (int r = 0; r < reps; r++) {
      // The order changes from pair to pair, so that neither always runs after the other.
      if (r % 2 == 0) {
        a[r] = sagitta.seconds(passes);
        b[r] = other.seconds(passes);
      } else {
        b[r] = other.seconds(passes);
        a[r] = sagitta.seconds(passes);
      }
      ratio[r] = b[r] / a[r];
    }
    double work = (double) data.queries().n() * passes;
    Spread ourRate = Spread.of(Arrays.stream(a).map(s -> work / s).toArray());
    Spread theirRate = Spread.of(Arrays.stream(b).map(s -> work / s).toArray());
    Spread r = Spread.of(ratio);
    double ourRecall = truth.recall(sagitta.ids(), k, k);
    double theirRecall = truth.recall(other.ids(), k, k);
    System.out.printf(
        Locale.ROOT,
        "%-28s %d thr %-6s  Sagitta %9.0f/s  FAISS %9.0f/s  ratio %.2f [%.2f..%.2f]  recall %.4f /"
            + " %.4f%s%n",
        setting.isEmpty() ? "-" : setting,
        t,
        mode,
        ourRate.median(),
        theirRate.median(),
        r.median(),
        r.low(),
        r.high(),
        ourRecall,
        theirRecall,
        mode.equals("single")
            ? String.format(
                Locale.ROOT,
                "  p50/p99 us %.0f/%.0f / %.0f/%.0f",
                sagitta.latency(0.5),
                sagitta.latency(0.99),
                other.latency(0.5),
                other.latency(0.99))
            : "");
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("cell", "search")
        .put("factory", factory)
        .put("data", data.name())
        .put("params", setting);
    line.put("k", k).put("threads", t).put("mode", mode).put("reps", reps).put("queries", work);
    line.put("sagitta_qps", ourRate.median())
        .put("sagitta_low", ourRate.low())
        .put("sagitta_high", ourRate.high());
    line.put("faiss_qps", theirRate.median())
        .put("faiss_low", theirRate.low())
        .put("faiss_high", theirRate.high());
    line.put("ratio", r.median()).put("ratio_low", r.low()).put("ratio_high", r.high());
    line.put("sagitta_recall", ourRecall).put("faiss_recall", theirRecall);
    if (mode.equals("single")) {
      line.put("sagitta_p50_us", sagitta.latency(0.5)).put("sagitta_p99_us", sagitta.latency(0.99));
      line.put("faiss_p50_us", other.latency(0.5)).put("faiss_p99_us", other.latency(0.99));
    }
    write(line);
  }

  /** Warms a side up, and finds how many passes over the queries take the least time wanted. */
  private int calibrate(Side side) {
    double spent = 0;
    double last = 0;
    do {
      last = side.seconds(1);
      spent += last;
    } while (spent < warmup);
    return (int) Math.max(1, Math.ceil(minSeconds / last));
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

  /** One of the two that take turns. */
  private interface Side {
    /** Seconds for some passes over all queries. */
    double seconds(int passes);

    /** The ids of the last pass. */
    long[] ids();

    /** A quantile of all single-query times of timed runs, microseconds. */
    double latency(double quantile);
  }

  private final class Sagitta implements Side {
    private final Index index;
    private final Vectors queries;
    private final Vectors[] rows;
    private final SearchParameters parameters;
    private final Parallelism parallelism;
    private final boolean single;
    private final KnnResult result = new KnnResult();
    private final long[] last;
    private long[] nanos = new long[0];

    Sagitta(Index index, Vectors queries, SearchParameters parameters, int threads, String mode) {
      this.index = index;
      this.queries = queries;
      this.parameters = parameters;
      this.parallelism = Parallelism.of(threads);
      this.single = mode.equals("single");
      this.rows = new Vectors[(int) queries.n()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = queries.slice(i, 1);
      }
      this.last = new long[rows.length * k];
    }

    @Override
    public double seconds(int passes) {
      return parallelism.call(() -> single ? one(passes) : batch(passes));
    }

    private double batch(int passes) {
      long start = System.nanoTime();
      for (int p = 0; p < passes; p++) {
        index.searchInto(queries, k, parameters, result);
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      System.arraycopy(result.rawLabels(), 0, last, 0, last.length);
      return seconds;
    }

    private double one(int passes) {
      if (nanos.length != passes * rows.length) {
        nanos = new long[passes * rows.length];
      }
      long total = 0;
      int at = 0;
      for (int p = 0; p < passes; p++) {
        for (int i = 0; i < rows.length; i++) {
          long start = System.nanoTime();
          index.searchInto(rows[i], k, parameters, result);
          long took = System.nanoTime() - start;
          nanos[at++] = took;
          total += took;
          System.arraycopy(result.rawLabels(), 0, last, i * k, k);
        }
      }
      return total * 1e-9;
    }

    @Override
    public long[] ids() {
      return last;
    }

    @Override
    public double latency(double quantile) {
      return SideBySide.latency(nanos, quantile);
    }
  }

  private final class Faiss implements Side {
    private final FaissProcess faiss;
    private final FaissIndex index;
    private final ObjectNode parameters;
    private final String mode;
    private long[] last = new long[0];
    private long[] nanos = new long[0];

    Faiss(FaissProcess faiss, FaissIndex index, String setting, String mode) {
      this.faiss = faiss;
      this.index = index;
      this.mode = mode;
      this.parameters = new ObjectMapper().createObjectNode();
      for (String part : setting.split(",")) {
        int eq = part.indexOf('=');
        if (eq > 0) {
          String value = part.substring(eq + 1).strip();
          parameters.put(part.substring(0, eq).strip(), Double.parseDouble(value));
          if (!value.contains(".")) {
            parameters.put(part.substring(0, eq).strip(), Long.parseLong(value));
          }
        }
      }
    }

    @Override
    public double seconds(int passes) {
      FaissAnswer answer =
          faiss.call(
              FaissRequest.of("bench_search")
                  .with("index", index.handle())
                  .with("k", k)
                  .with("queries", "q")
                  .with("mode", mode)
                  .with("repeat", passes)
                  .with("params", parameters));
      last = answer.longs("ids");
      if (mode.equals("single")) {
        nanos = answer.longs("nanos");
        return Arrays.stream(nanos).sum() * 1e-9;
      }
      return Arrays.stream(answer.doubles("seconds")).sum();
    }

    @Override
    public long[] ids() {
      return last;
    }

    @Override
    public double latency(double quantile) {
      return SideBySide.latency(nanos, quantile);
    }
  }

  private static double latency(long[] nanos, double quantile) {
    double[] sorted = new double[nanos.length];
    for (int i = 0; i < nanos.length; i++) {
      sorted[i] = nanos[i] * 1e-3;
    }
    Arrays.sort(sorted);
    return Spread.quantile(sorted, quantile);
  }
}
