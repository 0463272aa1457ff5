package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sagitta.cli.Main;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.VectorFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sagitta conform} beside real FAISS. */
@Tag("faiss")
class ConformCommandLiveTest {
  private static final int N = 500;
  private static final int D = 24;

  @TempDir Path folder;

  /** The Python that the command takes FAISS from. */
  private String python;

  @BeforeEach
  void installed() {
    assumeTrue(LiveFaiss.find().isPresent(), FaissProcess::whyAbsent);
    String given = System.getProperty("sagitta.faiss.python");
    if (given == null) {
      given = System.getenv("SAGITTA_FAISS_PYTHON");
    }
    python =
        given != null
            ? given
            : FaissProcess.scripts().orElseThrow().resolve(".venv/bin/python").toString();
  }

  private record Answer(int code, String out) {}

  /** The command in a process of its own. */
  private Answer run(String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xlog:disable"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SAGITTA_FAISS_PYTHON", python);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), out);
  }

  private static float[] normal(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n * D];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Real values round differently in both, in every family, also where no id finds its vector. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Flat",
        "IDMap,Flat",
        "IDMap2,Flat",
        "IDMap,PCA16,Flat",
        "IDMap,HNSW8",
        "PCA16,IVF4,Flat",
        "IVF4,SQ8",
        "PQ6x4"
      })
  void aSoundIndexHasNoDefects(String factory) throws Exception {
    Path queries = folder.resolve("queries.npy");
    VectorFiles.write(queries, Vectors.of(normal(60, 2), D));
    Path file = folder.resolve("mine.index");
    try (Index index = IndexFactory.create(D, factory, MetricType.L2, 0)) {
      Vectors x = Vectors.of(normal(N, 1), D);
      index.train(x);
      if (factory.startsWith("IDMap")) {
        // Every third id belongs to two vectors.
        index.addWithIds(x, LongStream.range(0, N).map(i -> 7_000 + i - i % 3 / 2).toArray());
      } else {
        index.add(x);
      }
      IndexIO.write(index, file);
    }
    Answer answer =
        run("conform", "--index", file.toString(), "--queries", queries.toString(), "--json");
    assertThat(answer.out())
        .contains("\"faiss\":\"1.", "\"results\":600", "\"defectCount\":0")
        .contains("\"rewrittenAlike\":true");
    assertThat(answer.code()).isZero();
  }

  /**
   * FAISS is handed another file than Sagitta: one vector moved by less than rounding explains, one
   * moved far away. Each difference is called what it is.
   */
  @Test
  void everyDifferenceHasItsClass() throws Exception {
    float[] mine = new float[40 * D];
    for (int i = 0; i < 40; i++) {
      mine[i * D] = i + 1; // at the distance (i + 1)² from the query
    }
    float[] theirs = mine.clone();
    theirs[3 * D] = 4.000002f;
    theirs[8 * D] = 30;
    Path file = write("mine.index", mine);
    write("theirs.index", theirs);
    Path queries = folder.resolve("queries.npy");
    VectorFiles.write(queries, Vectors.of(new float[D], D));
    python = pythonThatReadsTheirs();
    String[] conform = {
      "conform", "--index", file.toString(), "--queries", queries.toString(), "-k", "12"
    };
    Answer answer = run(conform);
    // From number 8 on FAISS lists the next vector at every place.
    assertThat(answer.out())
        .contains("ROUNDING at query 0, position 3: distance 16.0, expected 16.0000")
        .contains("DEFECT at query 0, position 8: distance 81.0 (id 8), expected 100.0 (id 9)")
        .contains("DEFECT at query 0, position 11: distance 144.0 (id 11), expected 169.0 (id 12)")
        .contains("12 results: 0 ties, 1 roundings, 4 defects");
    assertThat(answer.code()).isEqualTo(1);
    String[] json = Arrays.copyOf(conform, conform.length + 1);
    json[conform.length] = "--json";
    assertThat(run(json).out())
        .contains("\"tieCount\":0", "\"roundingCount\":1", "\"defectCount\":4");
  }

  /** The same vectors with two equal ones under exchanged ids: nothing but ties. */
  @Test
  void exchangedEqualsAreTies() throws Exception {
    float[] x = new float[40 * D];
    for (int i = 0; i < 40; i++) {
      x[i * D] = 1 + i / 2;
    }
    Path file = folder.resolve("mine.index");
    long[] ids = LongStream.range(0, 40).toArray();
    long[] exchanged = LongStream.range(0, 40).map(i -> i == 4 ? 5 : i == 5 ? 4 : i).toArray();
    writeMapped(file, x, ids);
    writeMapped(folder.resolve("theirs.index"), x, exchanged);
    Path queries = folder.resolve("queries.npy");
    VectorFiles.write(queries, Vectors.of(new float[D], D));
    python = pythonThatReadsTheirs();
    Answer answer =
        run("conform", "--index", file.toString(), "--queries", queries.toString(), "-k", "12");
    assertThat(answer.out())
        .contains("TIE at query 0, position 4: id 4, expected 5 at distance 9.0")
        .contains("TIE at query 0, position 5: id 5, expected 4 at distance 9.0")
        .contains("12 results: 2 ties, 0 roundings, 0 defects");
    assertThat(answer.code()).isZero();
  }

  private Path write(String name, float[] x) throws IOException {
    Path file = folder.resolve(name);
    try (Index index = IndexFactory.create(D, "Flat", MetricType.L2, 0)) {
      index.add(Vectors.of(x, D));
      IndexIO.write(index, file);
    }
    return file;
  }

  private static void writeMapped(Path file, float[] x, long[] ids) throws IOException {
    try (Index index = IndexFactory.create(D, "IDMap,Flat", MetricType.L2, 0)) {
      index.addWithIds(Vectors.of(x, D), ids);
      IndexIO.write(index, file);
    }
  }

  /** A Python whose FAISS reads theirs.index when it is asked for mine.index. */
  private String pythonThatReadsTheirs() throws IOException {
    Path patch = folder.resolve("patched.py");
    Files.writeString(
        patch,
        """
        import runpy, sys, faiss
        real = faiss.read_index
        faiss.read_index = lambda p, *rest: real(p.replace("mine", "theirs"), *rest)
        sys.argv = sys.argv[1:]
        sys.path.insert(0, sys.argv[0].rpartition("/")[0])
        runpy.run_path(sys.argv[0], run_name="__main__")
        """);
    Path wrapper = folder.resolve("python");
    // It is called as: python -u script
    Files.writeString(wrapper, "#!/bin/sh\nexec '" + python + "' -u '" + patch + "' \"$2\"\n");
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwx------"));
    return wrapper.toString();
  }
}
