package io.sagitta.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.conformance.Agreement;
import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.MetricType;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads, maps, asks and writes back one golden file; as a program, all of them with a summary. */
final class GoldenRun {
  private GoldenRun() {}

  /** Prints per family how many cases pass and the first line of each failure. */
  public static void main(String[] args) throws IOException {
    List<String> families = args.length == 0 ? GoldenCase.FAMILIES : List.of(args);
    Path folder = Files.createTempDirectory("golden");
    for (String family : families) {
      int passed = 0;
      Map<String, List<String>> failures = new TreeMap<>();
      for (GoldenCase golden : GoldenCase.of(family)) {
        try {
          check(golden, folder);
          passed++;
        } catch (Exception | AssertionError e) {
          String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
          String where = e instanceof AssertionError ? "" : e.getClass().getSimpleName() + " ";
          failures
              .computeIfAbsent(
                  where + text.substring(0, Math.min(300, text.length())),
                  x -> new java.util.ArrayList<>())
              .add(golden.name());
          if (System.getProperty("trace") != null) {
            e.printStackTrace(System.out);
          }
        }
      }
      int failed = failures.values().stream().mapToInt(List::size).sum();
      System.out.println(family + ": " + passed + " pass, " + failed + " fail");
      failures.forEach((text, names) -> System.out.println("   " + names + "\n      " + text));
    }
  }

  /** Whether a file was refused because Sagitta does not have its type. */
  static boolean isAbsentType(IndexFormatException e) {
    return String.valueOf(e.getMessage()).contains("is a FAISS type that Sagitta does not support");
  }

  static void check(GoldenCase golden, Path folder) throws IOException {
    Path file = golden.copyTo(Files.createTempDirectory(folder, "case"));
    if (!golden.refused().isEmpty()) {
      for (boolean map : new boolean[] {false, true}) {
        assertThatThrownBy(() -> (map ? IndexIO.open(file) : IndexIO.read(file)).close())
            .isInstanceOf(IndexFormatException.class)
            .hasMessageContaining(golden.refused());
      }
      return;
    }
    try (Index index = IndexIO.read(file)) {
      checks(golden, index).all();
      writeBack(golden, index);
      // A graph without its vectors has nothing to copy from.
      if (!golden.name().equals("without_storage")) {
        try (Index copy = index.copy()) {
          checks(golden, copy).all();
        }
      }
    }
    try (Index mapped = IndexIO.open(file)) {
      checks(golden, mapped).all();
      writeBack(golden, mapped);
    }
  }

  private static void writeBack(GoldenCase golden, Index index) throws IOException {
    byte[] written = IndexIO.toBytes(index);
    String rewrite = golden.json().path("rewrite").asText();
    if (rewrite.equals("unordered")) {
      assertThat(written).as("size of the file written back").hasSize(golden.file().length);
      try (Index again = IndexIO.fromBytes(written)) {
        checks(golden, again).all();
      }
      return;
    }
    byte[] expected = rewrite.equals("same") ? golden.file() : GoldenCase.bytes(rewrite);
    assertThat(firstDifference(written, expected))
        .as("first differing byte of the file written back")
        .isEqualTo(-1);
  }

  private static int firstDifference(byte[] a, byte[] b) {
    return Arrays.mismatch(a, b);
  }

  /** Strict agreement, except where the body says otherwise and why. */
  private static GoldenChecks checks(GoldenCase golden, Index index) {
    Agreement rule = Agreement.strict(metric(golden.json().path("metric").asText()));
    if (golden.json().path("class").asText().contains("FastScan")
        || golden.json().path("factory").asText().contains("x4fs")) {
      // FAISS pads short answers of fast-scan with an arbitrary finite value (quirk 1); Sagitta
      // with the metric's worst one.
      rule = rule.withFreePadding();
    }
    if (golden.json().path("class").asText().equals("IndexIVFFlatDedup")) {
      // FAISS lists the ids of one duplicated vector in the order of a hash table.
      rule = rule.withFreeTies();
    }
    return new GoldenChecks(golden, index, rule);
  }

  private static MetricType metric(String name) {
    for (MetricType m : MetricType.values()) {
      if (m.name().replace("_", "").equalsIgnoreCase(name.replace("_", ""))) {
        return m;
      }
    }
    throw new IllegalArgumentException("unknown metric " + name);
  }
}
