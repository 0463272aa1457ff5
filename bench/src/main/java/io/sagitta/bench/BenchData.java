package io.sagitta.bench;

import io.jhdf.HdfFile;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.VectorFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data set to measure on.
 *
 * @param name as given, with the metric
 * @param metric how vectors are compared; cosine is inner product over normalised vectors
 * @param train training vectors
 * @param base vectors to search
 * @param queries queries
 */
public record BenchData(
    String name, MetricType metric, Vectors train, Vectors base, Vectors queries) {
  private static final Pattern SYNTHETIC = Pattern.compile("synthetic:(\\d+)x(\\d+)(?::(\\d+))?");
  private static final int MAX_TRAIN = 100_000;

  /**
   * One of:
   *
   * <ul>
   *   <li>{@code synthetic:<n>x<d>[:<queries>]}: seeded vectors of FAISS's synthetic kind;
   *   <li>{@code siftsmall}, {@code fashion-mnist}: in the folder of system property {@code
   *       sagitta.data}, or {@code ../shared/data} beside the checkout;
   *   <li>{@code base=FILE,queries=FILE[,train=FILE]}: any format that {@link VectorFiles} reads;
   *   <li>a {@code .hdf5} file of ann-benchmarks.
   * </ul>
   *
   * Training vectors are the first 100,000 base vectors unless given. Memory is off heap and freed
   * with the last reference.
   *
   * @param metric {@code l2}, {@code ip} or {@code cosine}
   * @throws IllegalArgumentException if the name is of no known form
   */
  public static BenchData load(String name, String metric) throws IOException {
    BenchData raw = raw(name);
    MetricType type =
        switch (metric) {
          case "l2" -> MetricType.L2;
          case "ip", "cosine" -> MetricType.INNER_PRODUCT;
          default ->
              throw new IllegalArgumentException("metric " + metric + " is not l2, ip or cosine");
        };
    boolean normalise = metric.equals("cosine");
    Vectors base = normalise ? normalised(raw.base) : raw.base;
    Vectors queries = normalise ? normalised(raw.queries) : raw.queries;
    // Both name one memory unless a training file was given; Vectors.equals would compare segments.
    boolean own = raw.train.data().address() != raw.base.data().address();
    Vectors train = !own ? first(base) : normalise ? normalised(raw.train) : raw.train;
    return new BenchData(
        name + (metric.equals("l2") ? "" : " " + metric), type, train, base, queries);
  }

  private static BenchData raw(String name) throws IOException {
    Matcher m = SYNTHETIC.matcher(name);
    if (m.matches()) {
      int d = Integer.parseInt(m.group(2));
      int nq = m.group(3) == null ? 1000 : Integer.parseInt(m.group(3));
      return of(
          SyntheticData.make(Long.parseLong(m.group(1)), d, 1338, 0, Arena.ofAuto()),
          SyntheticData.make(nq, d, 1338, 1, Arena.ofAuto()));
    }
    switch (name) {
      case "siftsmall" -> {
        Path folder = folder().resolve("siftsmall");
        return of(
            VectorFiles.read(folder.resolve("siftsmall_base.fvecs")),
            VectorFiles.read(folder.resolve("siftsmall_query.fvecs")));
      }
      case "fashion-mnist" -> {
        Path folder = folder().resolve("fashion-mnist");
        return of(
            VectorFiles.read(folder.resolve("train-images-idx3-ubyte.gz")),
            VectorFiles.read(folder.resolve("t10k-images-idx3-ubyte.gz")).slice(0, 1000));
      }
      default -> {
        if (name.endsWith(".hdf5")) {
          return hdf5(Path.of(name));
        }
        return files(name);
      }
    }
  }

  private static BenchData files(String name) throws IOException {
    Map<String, Path> parts = new LinkedHashMap<>();
    for (String part : name.split(",")) {
      int eq = part.indexOf('=');
      if (eq > 0) {
        parts.put(part.substring(0, eq).strip(), Path.of(part.substring(eq + 1).strip()));
      }
    }
    Path base = parts.get("base");
    Path queries = parts.get("queries");
    if (base == null || queries == null) {
      throw new IllegalArgumentException(
          "data set \""
              + name
              + "\" is not synthetic:<n>x<d>, siftsmall, fashion-mnist, an .hdf5 file or"
              + " base=FILE,queries=FILE[,train=FILE]");
    }
    BenchData data = of(VectorFiles.read(base), VectorFiles.read(queries));
    Path train = parts.get("train");
    return train == null
        ? data
        : new BenchData(name, MetricType.L2, VectorFiles.read(train), data.base, data.queries);
  }

  private static BenchData hdf5(Path file) {
    try (HdfFile hdf = new HdfFile(file)) {
      return of(matrix(hdf, "train"), matrix(hdf, "test"));
    }
  }

  private static Vectors matrix(HdfFile hdf, String name) {
    int[] shape = hdf.getDatasetByPath(name).getDimensions();
    int n = shape[0];
    int d = shape[1];
    MemorySegment data = Arena.ofAuto().allocate(4L * n * d, 64);
    int step = Math.max(1, (1 << 22) / d);
    for (int from = 0; from < n; from += step) {
      int count = Math.min(step, n - from);
      Object part = hdf.getDatasetByPath(name).getData(new long[] {from, 0}, new int[] {count, d});
      if (!(part instanceof float[][] rows)) {
        throw new IllegalArgumentException(name + " of the hdf5 file does not hold float32 rows");
      }
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(rows[i], 0, data, Vectors.FLOAT, (from + i) * 4L * d, d);
      }
    }
    return new Vectors(n, d, data);
  }

  private static BenchData of(Vectors base, Vectors queries) {
    return new BenchData("", MetricType.L2, base, base, queries);
  }

  private static Vectors first(Vectors base) {
    return base.slice(0, Math.min(base.n(), MAX_TRAIN));
  }

  private static Vectors normalised(Vectors x) {
    MemorySegment data = Arena.ofAuto().allocate(x.n() * x.rowBytes(), 64);
    for (long i = 0; i < x.n(); i++) {
      double sum = 0;
      for (int j = 0; j < x.d(); j++) {
        sum += (double) x.get(i, j) * x.get(i, j);
      }
      float scale = sum == 0 ? 0 : (float) (1 / Math.sqrt(sum));
      for (int j = 0; j < x.d(); j++) {
        data.set(Vectors.FLOAT, (i * x.d() + j) * 4, x.get(i, j) * scale);
      }
    }
    return new Vectors(x.n(), x.d(), data);
  }

  /** Whether the data set can be had on this machine. */
  public static boolean isThere(String name) {
    return switch (name) {
      case "siftsmall", "fashion-mnist" -> Files.isDirectory(folder().resolve(name));
      default -> true;
    };
  }

  private static Path folder() {
    String given = System.getProperty("sagitta.data");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("sagitta.top", "."), "..", "shared", "data");
  }

  /** Dimension. */
  public int d() {
    return base.d();
  }

  /** Size and kind, for people. */
  public String describe() {
    return String.format(
        Locale.ROOT, "%s: %,d x %d, %,d queries, %s", name, base.n(), d(), queries.n(), metric);
  }
}
