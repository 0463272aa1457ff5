package io.sagitta.bench.library;

import io.sagitta.bench.BenchData;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Parallelism;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.HugePages;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Sagitta, in this process. */
public final class SagittaLibrary implements Library {
  @Override
  public String name() {
    return "sagitta";
  }

  @Override
  public String version() {
    String v = SagittaLibrary.class.getPackage().getImplementationVersion();
    boolean fast = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return (v == null ? "0.1.0-SNAPSHOT" : v)
        + (fast ? ", Vector API" : ", plain Java kernels")
        + (HugePages.pageBytes() > 0 ? ", huge pages" : "");
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    try {
      IndexFactory.create(data.d(), spec.factory(), data.metric()).close();
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) {
    long heap = Memory.heap();
    long resident = Memory.resident();
    Index index = IndexFactory.create(data.d(), spec.factory(), data.metric());
    set(index, spec);
    double[] seconds = new double[2];
    Parallelism.of(threads)
        .run(
            () -> {
              long start = System.nanoTime();
              index.train(data.train());
              long mid = System.nanoTime();
              index.add(data.base());
              seconds[0] = (mid - start) * 1e-9;
              seconds[1] = (System.nanoTime() - mid) * 1e-9;
            });
    long residentAfter = Memory.resident();
    return new SagittaCandidate(
        index,
        new BuildFigures(
            seconds[0],
            seconds[1],
            Math.max(0, Memory.heap() - heap),
            index.offHeapBytes(),
            Math.max(0, residentAfter - resident),
            fileBytes(index)));
  }

  /** An index that is read from a file instead of built. */
  public static Candidate read(Path file) throws IOException {
    long heap = Memory.heap();
    long start = System.nanoTime();
    Index index = IndexIO.read(file);
    double seconds = (System.nanoTime() - start) * 1e-9;
    return new SagittaCandidate(
        index,
        new BuildFigures(
            0,
            seconds,
            Math.max(0, Memory.heap() - heap),
            index.offHeapBytes(),
            0,
            file.toFile().length()));
  }

  /** Writes the index of a candidate that {@link #build} made. */
  public static void write(Candidate candidate, Path file) throws IOException {
    IndexIO.write(((SagittaCandidate) candidate).index(), file);
  }

  private static void set(Index index, IndexSpec spec) {
    if (spec.build().isEmpty()) {
      return;
    }
    if (!(index instanceof TunableIndex tunable)) {
      throw new IllegalArgumentException(spec.factory() + " has no setting " + spec.buildText());
    }
    for (Map.Entry<String, Double> e : spec.build().entrySet()) {
      tunable.setParameter(e.getKey(), e.getValue());
    }
  }

  private static long fileBytes(Index index) {
    long[] count = new long[1];
    try {
      IndexIO.write(
          index,
          new OutputStream() {
            @Override
            public void write(int b) {
              count[0]++;
            }

            @Override
            public void write(byte[] b, int from, int n) {
              count[0] += n;
            }
          });
    } catch (IOException | UnsupportedOperationException e) {
      return 0;
    }
    return count[0];
  }

  @Override
  public void close() {}

  private record SagittaCandidate(Index index, BuildFigures figures) implements Candidate {
    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      return new SagittaSearcher(
          index, queries, k, SearchParameters.parse(setting), threads, single);
    }

    @Override
    public Optional<Work> work(Vectors queries, int k, String setting) {
      return SagittaWork.of(index, queries, k, SearchParameters.parse(setting));
    }

    @Override
    public void close() {
      index.close();
    }
  }

  private static final class SagittaSearcher implements Searcher {
    private final Index index;
    private final Vectors queries;
    private final Vectors[] rows;
    private final int k;
    private final SearchParameters parameters;
    private final Parallelism parallelism;
    private final boolean single;
    private final KnnResult result = new KnnResult();
    private final long[] last;
    private long[] nanos = new long[0];
    private long allocated;

    SagittaSearcher(
        Index index,
        Vectors queries,
        int k,
        SearchParameters parameters,
        int threads,
        boolean single) {
      this.index = index;
      this.queries = queries;
      this.k = k;
      this.parameters = parameters;
      this.parallelism = Parallelism.of(threads);
      this.single = single;
      this.rows = new Vectors[(int) queries.n()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = queries.slice(i, 1);
      }
      this.last = new long[rows.length * k];
    }

    @Override
    public double seconds(int passes) {
      long before = Memory.allocated();
      double seconds = parallelism.call(() -> single ? one(passes) : batch(passes));
      allocated = Memory.allocated() - before;
      return seconds;
    }

    @Override
    public long allocated() {
      return allocated;
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
      return last.clone();
    }

    @Override
    public long[] nanos() {
      return single ? nanos.clone() : new long[0];
    }
  }
}
