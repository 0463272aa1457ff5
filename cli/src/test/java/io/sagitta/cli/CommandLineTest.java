package io.sagitta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.VectorStorage;
import io.sagitta.storage.VectorStorageConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every subcommand, run in this JVM on small files. */
class CommandLineTest {
  private static final int N = 300;
  private static final int D = 16;

  @TempDir Path folder;
  private Vectors base;
  private Vectors queries;

  /** What a command answered. */
  private record Answer(int code, String out, String err) {}

  @BeforeEach
  void writeVectors() throws IOException {
    base = Vectors.of(randomVectors(N, 1), D);
    queries = Vectors.of(randomVectors(20, 2), D);
    VectorFiles.write(path("base.fvecs"), base);
    VectorFiles.write(path("queries.npy"), queries);
  }

  @Test
  void buildAndSearchGiveTheIndexAnswers() throws IOException {
    Answer built = run("build --factory Flat --base base.fvecs --out flat.index");
    assertThat(built.err()).isEmpty();
    assertThat(built.code()).isZero();
    assertThat(built.out()).contains("IndexFlat", "added: 300 vectors", "wrote: ");
    try (Index index = IndexIO.read(path("flat.index"))) {
      KnnResult expected = index.search(queries, 7);
      new IdMatrix(20, 7, expected.labels()).write(path("truth.ivecs"));
      Answer found =
          run(
              "search --index flat.index --queries queries.npy -k 7 --mmap --ids-out ids.npy"
                  + " --distances-out distances.fvecs --groundtruth truth.ivecs");
      assertThat(found.err()).isEmpty();
      assertThat(found.code()).isZero();
      assertThat(found.out()).contains("recall: @1 1.0000  @7 1.0000", "queries/s");
      assertThat(IdMatrix.read(path("ids.npy")).ids()).isEqualTo(expected.labels());
      assertThat(VectorFiles.read(path("distances.fvecs")).toArray())
          .isEqualTo(expected.distances());
    }
  }

  @Test
  void searchShowsTheFirstResultsWhenNoFileIsAskedFor() {
    run("build --factory Flat --base base.fvecs --out flat.index");
    Answer found = run("search --index flat.index --queries base.fvecs -k 2");
    assertThat(found.out()).contains("query 0:  0 (0.0)  ").contains("query 2:  2 (0.0)");
    assertThat(run("search --index flat.index --queries base.fvecs -k 2 --json").out())
        .startsWith("{\"index\":\"IndexFlat")
        .contains("\"queries\":300,\"k\":2,")
        .endsWith("}" + System.lineSeparator());
  }

  @Test
  void aBaseLongerThanTheMemoryIsAddedInBlocks() throws IOException {
    int n = 20_000;
    VectorFiles.write(path("long.fvecs"), Vectors.of(randomVectors(n, 3), D));
    assertThat(run("build --factory Flat --base long.fvecs --out a.index --memory 1").code())
        .isZero();
    assertThat(run("build --factory Flat --base long.fvecs --out b.index").code()).isZero();
    assertThat(Files.mismatch(path("a.index"), path("b.index"))).isEqualTo(-1);
    assertThat(run("convert a.index back.fvecs").code()).isZero();
    assertThat(Files.mismatch(path("back.fvecs"), path("long.fvecs"))).isEqualTo(-1);
  }

  @Test
  void rangeSearchWritesJson() throws IOException {
    run("build --factory Flat --base base.fvecs --out flat.index");
    Answer found =
        run("range-search --index flat.index --queries base.fvecs --radius 0.001 --out r.json");
    assertThat(found.code()).isZero();
    assertThat(found.out()).contains("results: 300");
    assertThat(Files.readString(path("r.json")))
        .startsWith(
            "{\"radius\":0.001,\"results\":[\n{\"query\":0,\"ids\":[0],\"distances\":[0.0]}")
        .contains("{\"query\":299,\"ids\":[299],");
  }

  @Test
  void addRemoveAndMergeChangeTheFile() throws IOException {
    run("build --factory Flat --base base.fvecs --out a.index");
    assertThat(run("add --index a.index --vectors queries.npy --out b.index").out())
        .contains("vectors now: 320");
    assertThat(run("remove --index b.index --range 0:300").out())
        .contains("removed: 300", "vectors now: 20");
    assertThat(run("remove --index b.index --id 0,19 --json").out())
        .contains("\"removed\":2,\"ntotal\":18");
    new IdMatrix(1, 2, new long[] {1, 2}).write(path("ids.npy"));
    assertThat(run("remove --index b.index --ids ids.npy").out()).contains("vectors now: 16");
    assertThat(run("merge a.index b.index --out c.index").out()).contains("vectors: 316");
    try (Index c = IndexIO.read(path("c.index"))) {
      assertThat(c.ntotal()).isEqualTo(316);
      // Queries 1..18 were left, then the second and third of them went.
      assertThat(c.reconstruct(300)).isEqualTo(queries.slice(1, 1).toArray());
      assertThat(c.reconstruct(301)).isEqualTo(queries.slice(4, 1).toArray());
    }
  }

  @Test
  void idsComeFromAFile() throws IOException {
    long[] ids = LongStream.range(0, N).map(i -> 1_000_000_000_000L + 3 * i).toArray();
    new IdMatrix(N, 1, ids).write(path("ids.npy"));
    Answer built =
        run("build --factory IDMap,Flat --base base.fvecs --ids ids.npy --out mapped.index");
    assertThat(built.err()).isEmpty();
    assertThat(run("search --index mapped.index --queries base.fvecs -k 1 --ids-out o.npy").code())
        .isZero();
    assertThat(IdMatrix.read(path("o.npy")).ids()).isEqualTo(ids);
    assertThat(run("build --factory Flat --base queries.npy --ids ids.npy --out x.index").err())
        .contains("300 ids for 20 vectors");
  }

  @Test
  void infoSaysWhatAFileHolds() {
    run("build --factory Flat --metric lp:3 --base base.fvecs --out flat.index");
    assertThat(run("info flat.index").out())
        .contains("type: IndexFlat", "dimension: 16", "vectors: 300", "lp (argument 3.0)");
    assertThat(run("info base.fvecs --json").out())
        .contains("\"format\":\"fvecs\",\"element\":\"float32\",\"n\":300,\"d\":16");
  }

  @Test
  void evalAndTuneFindWhatASettingGives() throws IOException {
    assertThat(run("build --factory IVF8,Flat --base base.fvecs --out ivf.index").code()).isZero();
    Answer eval =
        run(
            "eval --index ivf.index --queries queries.npy --base base.fvecs -k 5 --seconds 0"
                + " --sweep nprobe=1,8 --plot curve.png");
    assertThat(eval.err()).isEmpty();
    assertThat(eval.out()).containsPattern("\\* nprobe=8 +1\\.0000").contains("nprobe=1 ");
    assertThat(Files.readAllBytes(path("curve.png"))).startsWith(0x89, 'P', 'N', 'G');
    Answer tune =
        run(
            "tune --index ivf.index --queries queries.npy --base base.fvecs -k 5 --seconds 0"
                + " --recall 0.01 --json");
    assertThat(tune.code()).isZero();
    assertThat(tune.out()).contains("\"found\":{\"settings\":\"nprobe=");
    run("build --factory SQ4 --base base.fvecs --out sq.index");
    Answer none =
        run(
            "tune --index sq.index --queries base.fvecs --base base.fvecs -k 300 --seconds 0"
                + " --recall 1 --mmap");
    assertThat(none.out()).contains("nothing to set");
    assertThat(run("tune --index ivf.index --queries queries.npy --recall 0.5").err())
        .contains("either --groundtruth or --base");
  }

  @Test
  void aStoreIsLookedAtFromOutside() throws IOException {
    VectorStorageConfig config = VectorStorageConfig.builder(4).path(path("embeddings")).build();
    try (VectorStorage store = VectorStorage.open(config)) {
      store.addEmbedding(
          new float[] {1, 2, 3, 4}, VectorMetadata.of("frame", Instant.EPOCH, "model-1"));
    }
    String folder = path("embeddings").toString();
    Answer info = run("store info " + folder);
    assertThat(info.err()).isEmpty();
    assertThat(info.code()).isZero();
    assertThat(run("store verify " + folder).out()).endsWith("sound" + System.lineSeparator());
    assertThat(run("store repair " + folder + " --json").out()).contains("\"sound\":true");
    assertThat(run("store info nowhere.dir").err()).contains("no such file");
    assertThat(run("store mend " + folder).code()).isEqualTo(2);
  }

  @Test
  void convertKeepsNumbersExact() throws IOException {
    long[] big = {(1L << 53) + 1, -1, 16_777_217, 0};
    new IdMatrix(2, 2, big).write(path("big.npy"));
    assertThat(run("convert big.npy copy.npy").code()).isZero();
    assertThat(IdMatrix.read(path("copy.npy")).ids()).isEqualTo(big);
    assertThat(run("convert big.npy copy.ivecs").err()).contains("9007199254740993");
    assertThat(run("convert base.fvecs part.npy --skip 10 --count 5 --type float64").out())
        .contains("5 x 16 float64");
    assertThat(VectorFiles.read(path("part.npy")).toArray()).isEqualTo(base.slice(10, 5).toArray());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "frobnicate",
        "build --factory Flat",
        "build --factory Nonsense77 --base base.fvecs --out x.index",
        "build --factory Flat --metric manhattan --base base.fvecs --out x.index",
        "search --index base.fvecs --queries queries.npy -k 0",
        "search --index x --queries queries.npy -k 3 --params nprobes=3",
        "search --index x --queries queries.npy -k 3 --threads 0",
        "remove --index x --range 3",
        "remove --index x",
        "convert base.fvecs base.csv",
      })
  void wrongUseIsCode2AndOneLine(String line) throws IOException {
    Answer answer = run(line);
    assertThat(answer.err().lines()).hasSize(1);
    assertThat(answer.err()).startsWith("sagitta: ");
    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.out()).isEmpty();
    assertThat(path("x.index")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info nowhere.index",
        "info damaged.index",
        "search --index damaged.index --queries queries.npy -k 3",
        "search --index flat.index --queries nowhere.npy -k 3",
        "add --index flat.index --vectors queries.npy --out no/such/folder/a.index",
        "convert base.fvecs no/such/folder/a.npy",
      })
  void failuresAreCode1AndOneLine(String line) throws IOException {
    run("build --factory Flat --base base.fvecs --out flat.index");
    byte[] good = Files.readAllBytes(path("flat.index"));
    Files.write(path("damaged.index"), Arrays.copyOf(good, 50));
    Answer answer = run(line);
    assertThat(answer.err().lines()).hasSize(1);
    assertThat(answer.err()).startsWith("sagitta: ").doesNotContain("Exception");
    assertThat(answer.code()).isEqualTo(1);
    Answer debug = run(line + " --debug");
    assertThat(debug.err()).contains("Exception", "\tat ");
    assertThat(debug.code()).isEqualTo(1);
  }

  @Test
  void nothingIsLeftBesideTheOutputs() throws IOException {
    run("build --factory Flat --base base.fvecs --out flat.index");
    run(
        "search --index flat.index --queries queries.npy -k 3 --ids-out a.npy --distances-out"
            + " b.csv");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("base.fvecs", "queries.npy", "flat.index");
    }
  }

  @Test
  void theDemoRunsWithoutData() {
    Answer demo = run("demo --data " + folder);
    assertThat(demo.err()).isEmpty();
    assertThat(demo.code()).isZero();
    assertThat(demo.out()).contains("seeded clusters", "recall@10", "same answers");
    assertThat(demo.out()).containsPattern("Flat\\s+\\S+ s\\s+1\\.0000");
    assertThat(demo.out())
        .contains("killed in the middle", "every acknowledged one is there", "bit for bit")
        .containsPattern("similarity 0\\.\\d+ .*type=scene");
  }

  @Test
  void helpNamesEveryCommand() {
    Answer help = run("--help");
    assertThat(help.code()).isZero();
    assertThat(help.out())
        .contains("build", "search", "range-search", "add", "remove", "merge", "info", "convert");
    assertThat(run("help search").out()).contains("--groundtruth", "Examples:");
    assertThat(run("").code()).isEqualTo(2);
  }

  private Path path(String name) {
    return folder.resolve(name);
  }

  /** Runs a command line; names with an ending are files of the test's folder. */
  private Answer run(String line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args =
        Stream.of(line.split(" "))
            .filter(a -> !a.isEmpty())
            .map(a -> a.matches("[a-z/]+\\.[a-z]+") ? path(a).toString() : a)
            .toArray(String[]::new);
    int code = new Sagitta(new PrintWriter(out), new PrintWriter(err), Terminal.NONE).execute(args);
    return new Answer(code, out.toString(), err.toString());
  }

  private static float[] randomVectors(int n, long seed) {
    Random random = new Random(seed);
    float[] out = new float[n * D];
    IntStream.range(0, out.length).forEach(i -> out[i] = random.nextInt(1000));
    return out;
  }
}
