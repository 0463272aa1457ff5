package io.sagitta.bench;

import io.sagitta.bench.library.Candidate;
import io.sagitta.bench.library.FaissLibrary;
import io.sagitta.bench.library.IndexSpec;
import io.sagitta.bench.library.SagittaLibrary;
import io.sagitta.conformance.FaissAnswer;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.FaissRequest;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.Clustering;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.codec.ProductQuantizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Training, encoding and adding in Sagitta and FAISS, taking turns in one run; each times itself.
 * The first round is of a cold JVM and printed apart.
 */
@Command(
    name = "train-bench",
    mixinStandardHelpOptions = true,
    description = "k-means, product quantizer training and encoding, index builds, beside FAISS.")
public final class TrainBench implements Callable<Integer> {
  @Option(
      names = "--cells",
      split = ";",
      defaultValue = "kmeans=1024;kmeans=256;pq=16;build=IVF1024,Flat",
      description = "kmeans=<centroids>, pq=<sub-quantizers>, build=<factory>")
  private List<String> cells = List.of();

  @Option(names = "--data", defaultValue = "synthetic:200000x128", description = "as SideBySide")
  private String dataName = "";

  @Option(names = "--rounds", defaultValue = "4", description = "rounds, the first one cold")
  private int rounds = 4;

  @Option(names = "--threads", defaultValue = "1", description = "threads of both")
  private int threads = 1;

  TrainBench() {}

  /** Runs it; exit codes 0 done, 1 failed, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new TrainBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Optional<FaissProcess> found = FaissProcess.find();
    if (found.isEmpty()) {
      System.err.println("train-bench: " + FaissProcess.whyAbsent());
      return 1;
    }
    try (FaissLibrary faiss = new FaissLibrary(found.get())) {
      faiss.process().threads(threads);
      BenchData data = BenchData.load(dataName, "l2");
      for (String cell : cells) {
        cell(faiss, data, cell.strip());
      }
    }
    return 0;
  }

  private void cell(FaissLibrary faiss, BenchData data, String cell) {
    String[] names = cell.startsWith("kmeans") ? new String[] {"train"} : names(cell);
    List<double[]> ours = new ArrayList<>();
    List<double[]> theirs = new ArrayList<>();
    for (int r = 0; r < rounds; r++) {
      // Who begins changes, so that neither always finds the caches of the other.
      if (r % 2 == 0) {
        ours.add(Parallelism.of(threads).call(() -> ours(data, cell)));
      }
      theirs.add(theirs(faiss, data, cell));
      if (r % 2 == 1) {
        ours.add(Parallelism.of(threads).call(() -> ours(data, cell)));
      }
    }
    for (int i = 0; i < names.length; i++) {
      double[] ratios = new double[rounds - 1];
      double[] a = new double[rounds - 1];
      double[] b = new double[rounds - 1];
      for (int r = 1; r < rounds; r++) {
        a[r - 1] = ours.get(r)[i];
        b[r - 1] = theirs.get(r)[i];
        ratios[r - 1] = b[r - 1] / a[r - 1];
      }
      Spread ratio = Spread.of(ratios);
      System.out.printf(
          Locale.ROOT,
          "%-20s %-6s Sagitta %.3f s  FAISS %.3f s  faster %.2f [%.2f..%.2f]  first %.3f / %.3f"
              + " s%n",
          cell,
          names[i],
          Spread.of(a).median(),
          Spread.of(b).median(),
          ratio.median(),
          ratio.low(),
          ratio.high(),
          ours.getFirst()[i],
          theirs.getFirst()[i]);
    }
  }

  private static String[] names(String cell) {
    return new String[] {"train", cell.startsWith("pq") ? "encode" : "add"};
  }

  private static String value(String cell) {
    return cell.substring(cell.indexOf('=') + 1);
  }

  private double[] ours(BenchData data, String cell) {
    Vectors x = data.train();
    long start = System.nanoTime();
    if (cell.startsWith("kmeans=")) {
      ClusteringParameters p =
          ClusteringParameters.DEFAULTS.withNiter(10).withMaxPointsPerCentroid(1_000_000);
      new Clustering(x.d(), Integer.parseInt(value(cell)), p).train(x);
      return new double[] {seconds(start)};
    }
    if (cell.startsWith("pq=")) {
      ProductQuantizer pq = new ProductQuantizer(x.d(), Integer.parseInt(value(cell)), 8);
      pq.train(x, ProgressListener.NONE);
      double train = seconds(start);
      byte[] codes = new byte[Math.toIntExact(x.n() * pq.codeSize())];
      start = System.nanoTime();
      pq.encode(x, MemorySegment.ofArray(codes), 0);
      return new double[] {train, seconds(start)};
    }
    try (Candidate made =
        new SagittaLibrary().build(IndexSpec.of(value(cell), ""), data, threads)) {
      return new double[] {made.figures().trainSeconds(), made.figures().addSeconds()};
    }
  }

  private double[] theirs(FaissLibrary faiss, BenchData data, String cell) {
    Vectors x = data.train();
    if (cell.startsWith("kmeans=")) {
      FaissAnswer answer =
          faiss
              .process()
              .call(
                  FaissRequest.of("kmeans")
                      .with("k", Integer.parseInt(value(cell)))
                      .with("params", Map.of("niter", 10, "max_points_per_centroid", 1_000_000))
                      .array("x", x));
      return new double[] {answer.number("seconds")};
    }
    if (cell.startsWith("pq=")) {
      FaissAnswer answer =
          faiss
              .process()
              .call(
                  FaissRequest.of("pq")
                      .with("d", x.d())
                      .with("m", Integer.parseInt(value(cell)))
                      .with("nbits", 8)
                      .array("x", x)
                      .array("y", x));
      return new double[] {answer.number("train_seconds"), answer.number("encode_seconds")};
    }
    try (Candidate made = faiss.build(IndexSpec.of(value(cell), ""), data, threads)) {
      return new double[] {made.figures().trainSeconds(), made.figures().addSeconds()};
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }
}
