package io.sagitta.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison runs; the form of its YAML file.
 *
 * @param name of the suite
 * @param k results per query
 * @param rounds timed runs of each library per cell
 * @param warmup seconds per library and cell before anything counts
 * @param minSeconds least length of one timed run
 * @param threads numbers of threads of batches
 * @param modes {@code batch}, {@code single}; single is measured at the first number of threads
 *     only
 * @param runs data sets with their indexes
 * @param cold whether the cold-start curve is measured
 * @param filter shares of vectors that pass, for the filter sweep; empty or missing for none
 */
public record Suite(
    String name,
    int k,
    int rounds,
    double warmup,
    double minSeconds,
    List<Integer> threads,
    List<String> modes,
    List<Run> runs,
    boolean cold,
    List<Double> filter) {
  /** As a file has it: what is missing there comes as null. */
  public Suite {
    filter = Objects.requireNonNullElse(filter, List.of());
  }

  /**
   * A data set.
   *
   * @param data as {@link BenchData#load}
   * @param metric l2 (default), ip or cosine
   * @param fallback taken where {@code data} is not on this machine
   * @param indexes what to build on it
   */
  public record Run(
      String data, @Nullable String metric, @Nullable String fallback, List<Indexed> indexes) {
    /** The metric, l2 unless said. */
    public String metricName() {
      return metric == null ? "l2" : metric;
    }

    /** The data set or its stand-in. */
    public String present() {
      String other = fallback;
      return other == null || BenchData.isThere(data) ? data : other;
    }
  }

  /**
   * An index.
   *
   * @param factory factory string
   * @param build settings before training, may be missing
   * @param settings search settings, one cell each
   * @param singleQueries queries asked one by one, for scans that take milliseconds each; all when
   *     missing
   */
  public record Indexed(
      String factory,
      @Nullable String build,
      List<String> settings,
      @Nullable Integer singleQueries) {
    /** How many of {@code n} queries are asked one by one. */
    public long single(long n) {
      return singleQueries == null ? n : Math.min(n, singleQueries);
    }

    /** The build settings, empty when there are none. */
    public String buildText() {
      return build == null ? "" : build;
    }
  }

  /**
   * A suite that is part of this module ({@code quick}, {@code standard}, {@code scale}), or a YAML
   * file.
   *
   * @throws IllegalArgumentException if there is neither
   */
  public static Suite load(String nameOrFile) throws IOException {
    ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    try (InputStream in = Suite.class.getResourceAsStream("/suites/" + nameOrFile + ".yaml")) {
      if (in != null) {
        return yaml.readValue(in, Suite.class).checked();
      }
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "\"" + nameOrFile + "\" is neither quick, standard or scale nor a file");
    }
    return yaml.readValue(file.toFile(), Suite.class).checked();
  }

  private Suite checked() {
    if (k < 1 || rounds < 1 || threads.isEmpty() || runs.isEmpty()) {
      throw new IllegalArgumentException(
          "suite " + name + " needs k >= 1, rounds >= 1, a number of threads and a run");
    }
    return this;
  }

  /** Number of search cells, for the progress line. */
  public int cells() {
    int settings = 0;
    for (Run run : runs) {
      for (Indexed index : run.indexes()) {
        settings += index.settings().size();
      }
    }
    int perSetting =
        (modes.contains("batch") ? threads.size() : 0) + (modes.contains("single") ? 1 : 0);
    return settings * perSetting;
  }
}
