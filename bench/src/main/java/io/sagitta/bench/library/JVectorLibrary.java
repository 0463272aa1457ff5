package io.sagitta.bench.library;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import io.sagitta.bench.BenchData;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * JVector: its hierarchical graph over full vectors on the heap. A base list holds 2·M neighbours,
 * as FAISS's HNSW; overflow 1.2 and alpha 1.2 are its own defaults.
 */
public final class JVectorLibrary implements Library {
  private static final VectorTypeSupport TYPES =
      VectorizationProvider.getInstance().getVectorTypeSupport();

  @Override
  public String name() {
    return "jvector";
  }

  @Override
  public String version() {
    return "4.0.2, " + VectorizationProvider.getInstance().getClass().getSimpleName();
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    return spec.hnswM().isPresent();
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) throws IOException {
    long heap = Memory.heap();
    long resident = Memory.resident();
    VectorSimilarityFunction similarity =
        data.metric() == MetricType.L2
            ? VectorSimilarityFunction.EUCLIDEAN
            : VectorSimilarityFunction.DOT_PRODUCT;
    long start = System.nanoTime();
    Rows rows = new Rows(data.base());
    int m = spec.hnswM().orElseThrow();
    try (ForkJoinPool pool = new ForkJoinPool(threads);
        GraphIndexBuilder builder =
            GraphIndexBuilder.builder(
                    BuildScoreProvider.randomAccessScoreProvider(rows, similarity),
                    data.d(),
                    List.of(2 * m, m))
                .withBeamWidth(spec.efConstruction())
                .withNeighborOverflow(1.2f)
                .withAlpha(1.2f)
                .withSimdExecutor(pool)
                .withParallelExecutor(pool)
                .build()) {
      ImmutableGraphIndex graph = builder.build(rows);
      double seconds = (System.nanoTime() - start) * 1e-9;
      long residentAfter = Memory.resident();
      return new JVectorCandidate(
          graph,
          rows,
          similarity,
          new BuildFigures(
              0,
              seconds,
              Math.max(0, Memory.heap() - heap),
              0,
              Math.max(0, residentAfter - resident),
              0));
    }
  }

  @Override
  public void close() {}

  /** The base vectors, copied into JVector's type. */
  private static final class Rows implements RandomAccessVectorValues {
    private final VectorFloat<?>[] rows;
    private final int d;

    Rows(Vectors x) {
      d = x.d();
      rows = new VectorFloat<?>[Math.toIntExact(x.n())];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = TYPES.createFloatVector(x.slice(i, 1).toArray());
      }
    }

    @Override
    public int size() {
      return rows.length;
    }

    @Override
    public int dimension() {
      return d;
    }

    @Override
    public VectorFloat<?> getVector(int i) {
      return rows[i];
    }

    @Override
    public boolean isValueShared() {
      return false;
    }

    @Override
    public RandomAccessVectorValues copy() {
      return this;
    }
  }

  private record JVectorCandidate(
      ImmutableGraphIndex graph,
      Rows rows,
      VectorSimilarityFunction similarity,
      BuildFigures figures)
      implements Candidate {
    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      int ef = Math.max(k, IndexSpec.settings(setting).getOrDefault("efSearch", 16.0).intValue());
      Rows converted = new Rows(queries);
      return new JavaSearcher(
          converted.size(),
          k,
          threads,
          single,
          () -> {
            GraphSearcher searcher = new GraphSearcher(graph);
            return (i, out) -> {
              DefaultSearchScoreProvider scores =
                  DefaultSearchScoreProvider.exact(converted.getVector(i), similarity, rows);
              SearchResult.NodeScore[] found =
                  searcher.search(scores, k, ef, 0f, 0f, Bits.ALL).getNodes();
              for (int j = 0; j < k; j++) {
                out[i * k + j] = j < found.length ? found[j].node : -1;
              }
            };
          });
    }

    @Override
    public void close() {
      try {
        graph.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
