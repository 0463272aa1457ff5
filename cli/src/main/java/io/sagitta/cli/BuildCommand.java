package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.ivf.IndexIVF;
import io.sagitta.ivf.IvfStreamBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta build}: a vector file becomes an index file. */
@Command(
    name = "build",
    description = "Train and fill an index from a vector file, and write it in FAISS's format.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta build --factory Flat --base base.npy --out flat.index",
      "  sagitta build --factory IDMap,HNSW32 --metric ip --base base.fvecs --ids ids.npy --out"
          + " i.index",
      "  sagitta build --factory IVF1024,PQ16 --base big.fbin --train sample.fbin --out ivf.index",
      "",
      "Rules of thumb: Flat below 100,000 vectors, HNSW32 below 1,000,000, IVF above.",
      "The output appears only when it is complete; Ctrl-C leaves nothing behind."
    })
final class BuildCommand extends BaseCommand {
  @Option(
      names = "--factory",
      required = true,
      paramLabel = "STR",
      description =
          "What to build, as FAISS's index_factory names it: Flat, HNSW32, IVF1024,PQ16 ...")
  private String factory = "";

  @Option(
      names = "--metric",
      defaultValue = "l2",
      paramLabel = "NAME",
      converter = MetricConverter.class,
      description = "One of: " + MetricConverter.NAMES + " (default: l2).")
  private MetricConverter.@Nullable Metric metric;

  @Option(names = "--base", required = true, paramLabel = "FILE", description = "Vectors to add.")
  private Path base = Path.of("");

  @Option(
      names = "--train",
      paramLabel = "FILE",
      description = "Vectors to train on (default: the base).")
  private @Nullable Path train;

  @Option(
      names = "--train-size",
      paramLabel = "N",
      description = "Train on at most N of them, evenly spread (default: all that fit the memory).")
  private @Nullable Long trainSize;

  @Option(
      names = "--ids",
      paramLabel = "FILE",
      description =
          "One id per vector, .npy or .ivecs; the index must keep ids (IDMap,... or IVF).")
  private @Nullable Path ids;

  @Option(names = "--out", required = true, paramLabel = "INDEX", description = "File to write.")
  private Path output = Path.of("");

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      defaultValue = "2048",
      description =
          "Memory for vectors beside the index; a longer base that cannot be mapped is added in"
              + " blocks of half of it (default: ${DEFAULT-VALUE}).")
  private long memoryMib;

  @Override
  protected int run(Report report) throws IOException {
    if (memoryMib < 1 || memoryMib > 1L << 30) {
      throw wrongUse("--memory " + memoryMib + " is not in [1, 2^30]");
    }
    if (trainSize != null && trainSize < 1) {
      throw wrongUse("--train-size " + trainSize + " must be at least 1");
    }
    long budget = memoryMib << 20;
    MetricConverter.Metric m = Objects.requireNonNull(metric);
    try (VectorSource vectors = new VectorSource(base, budget)) {
      int d = vectors.info().d();
      long[] labels = readIds(vectors.info().n());
      try (Index index = IndexFactory.create(d, factory, m.type(), m.argument())) {
        report.field("index", "index", factory, IndexFiles.describe(index) + ", d = " + d);
        train(index, vectors, budget, report);
        boolean inPieces = index instanceof IndexIVF && vectors.info().n() * d * 4 > budget;
        long start;
        if (inPieces) {
          start = addInPieces((IndexIVF) index, vectors, labels, budget, report);
        } else {
          add(index, vectors, labels, report);
          start = System.nanoTime();
          IndexIO.write(index, output);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        report.hidden("writeSeconds", seconds);
        report.hidden("ntotal", inPieces ? vectors.info().n() : index.ntotal());
        report.hidden("bytes", Files.size(output));
        report.field(
            "out",
            "wrote",
            output.toString(),
            output + ", " + Report.bytes(Files.size(output)) + ", in " + Report.seconds(seconds));
      }
    }
    return 0;
  }

  private void train(Index index, VectorSource vectors, long budget, Report report)
      throws IOException {
    if (index.isTrained()) {
      return;
    }
    if (train == null) {
      trainOn(index, vectors, report);
    } else {
      try (VectorSource own = new VectorSource(train, budget)) {
        trainOn(index, own, report);
      }
    }
  }

  private void trainOn(Index index, VectorSource source, Report report) throws IOException {
    Vectors sample = trainSize == null ? source.sampleWithinBudget() : source.sample(trainSize);
    long start = System.nanoTime();
    try (ProgressBar bar = bar("train")) {
      index.train(sample, bar);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report.field(
        "trainSeconds",
        "trained",
        seconds,
        "on " + sample.n() + " vectors in " + Report.seconds(seconds));
  }

  private void add(Index index, VectorSource vectors, long @Nullable [] labels, Report report)
      throws IOException {
    long n = vectors.info().n();
    long start = System.nanoTime();
    try (ProgressBar bar = bar("add")) {
      vectors.forEachBlock(
          (block, from) -> {
            bar.block(from, n);
            addBlock(index, block, from, labels, bar);
          });
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report.field("addSeconds", "added", seconds, n + " vectors in " + Report.seconds(seconds));
  }

  /**
   * Adds more than fits the budget: lists go to shard files beside the target, which are merged on
   * disk. Returns when writing the target began.
   */
  private long addInPieces(
      IndexIVF index, VectorSource vectors, long @Nullable [] labels, long budget, Report report)
      throws IOException {
    long n = vectors.info().n();
    long rows = Math.clamp(budget / 4 / (vectors.info().d() * 4L), 1, 1 << 20);
    long start = System.nanoTime();
    try (IvfStreamBuild build = new IvfStreamBuild(index, output, budget / 2)) {
      try (ProgressBar bar = bar("add")) {
        vectors.forEachBlock(
            rows,
            (block, from) -> {
              bar.block(from, n);
              build.add(
                  block,
                  labels == null
                      ? null
                      : Arrays.copyOfRange(labels, (int) from, (int) (from + block.n())),
                  bar);
            });
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      report.field("addSeconds", "added", seconds, n + " vectors in " + Report.seconds(seconds));
      long writing = System.nanoTime();
      build.finish();
      return writing;
    }
  }

  static void addBlock(
      Index index, Vectors block, long from, long @Nullable [] labels, ProgressBar bar) {
    if (labels == null) {
      index.add(block, bar);
    } else {
      index.addWithIds(
          block, Arrays.copyOfRange(labels, (int) from, (int) (from + block.n())), bar);
    }
  }

  private long @Nullable [] readIds(long n) throws IOException {
    return ids == null ? null : readIds(ids, n);
  }

  /** Reads one id per vector. */
  static long[] readIds(Path file, long n) throws IOException {
    IndexFiles.requireFile(file);
    long[] out = IdMatrix.read(file).ids();
    if (out.length != n) {
      throw new IllegalArgumentException(
          file + " holds " + out.length + " ids for " + n + " vectors");
    }
    return out;
  }
}
