package io.sagitta.bench.library;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.BenchData;
import io.sagitta.conformance.FaissAnswer;
import io.sagitta.conformance.FaissException;
import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.FaissRequest;
import io.sagitta.conformance.ParametersJson;
import io.sagitta.core.Vectors;
import java.nio.file.Path;
import java.util.Arrays;

/** FAISS in its own process; it times itself, so that no pipe is in its figures. */
public final class FaissLibrary implements Library {
  private final FaissProcess faiss;

  /** Takes over the process: closing this closes it. */
  public FaissLibrary(FaissProcess faiss) {
    this.faiss = faiss;
  }

  /** The process. */
  public FaissProcess process() {
    return faiss;
  }

  @Override
  public String name() {
    return "faiss";
  }

  @Override
  public String version() {
    return faiss.version() + ", " + faiss.options();
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    try {
      FaissIndex.create(faiss, data.d(), spec.factory(), data.metric(), 0).close();
      return true;
    } catch (FaissException e) {
      return false;
    }
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) {
    faiss.threads(threads);
    long resident = Memory.resident(faiss.pid());
    FaissIndex index = FaissIndex.create(faiss, data.d(), spec.factory(), data.metric(), 0);
    if (!spec.build().isEmpty()) {
      index.set(spec.buildText());
    }
    double train = index.train(data.train());
    double add = index.add(data.base());
    long after = Memory.resident(faiss.pid());
    long bytes = faiss.call(FaissRequest.of("size").with("index", index.handle())).whole("bytes");
    return new FaissCandidate(
        faiss, index, new BuildFigures(train, add, 0, bytes, Math.max(0, after - resident), bytes));
  }

  /** An index that is read from a file. */
  public Candidate read(Path file) {
    FaissIndex index = FaissIndex.read(faiss, file);
    long bytes = file.toFile().length();
    return new FaissCandidate(faiss, index, new BuildFigures(0, 0, 0, bytes, 0, bytes));
  }

  @Override
  public void close() {
    faiss.close();
  }

  /**
   * FAISS's index.
   *
   * @param index the handle, for writing it to a file
   */
  public record FaissCandidate(FaissProcess faiss, FaissIndex index, BuildFigures figures)
      implements Candidate {
    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      return new FaissSearcher(faiss, index, queries, k, setting, threads, single);
    }

    @Override
    public void close() {
      index.close();
    }
  }

  private static final class FaissSearcher implements Searcher {
    private final FaissProcess faiss;
    private final FaissIndex index;
    private final int k;
    private final int threads;
    private final boolean single;
    private final ObjectNode parameters;
    private long[] last = new long[0];
    private long[] nanos = new long[0];

    FaissSearcher(
        FaissProcess faiss,
        FaissIndex index,
        Vectors queries,
        int k,
        String setting,
        int threads,
        boolean single) {
      this.faiss = faiss;
      this.index = index;
      this.k = k;
      this.threads = threads;
      this.single = single;
      this.parameters = ParametersJson.ofText(setting);
      // FAISS has quantised tables only; they stand beside Sagitta's float ones.
      this.parameters.remove("float_tables");
      faiss.call(FaissRequest.of("queries").with("name", "q").array("x", queries));
    }

    @Override
    public double seconds(int passes) {
      faiss.threads(threads);
      FaissAnswer answer =
          faiss.call(
              FaissRequest.of("bench_search")
                  .with("index", index.handle())
                  .with("k", k)
                  .with("queries", "q")
                  .with("mode", single ? "single" : "batch")
                  .with("repeat", passes)
                  .with("params", parameters));
      last = answer.longs("ids");
      if (single) {
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
    public long[] nanos() {
      return nanos;
    }

    @Override
    public long pid() {
      return faiss.pid();
    }
  }
}
