package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.PanoramaScan;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What one thread needs to measure candidates again, kept from search to search. */
final class RefineScratch {
  private final boolean similarity;
  private final TopK topK;
  private final float[] query;
  private final float[] vector;
  private final MemorySegment vectorView;
  private float[] distances = {};
  private @Nullable PanoramaScan levels;

  RefineScratch(int d, MetricType metric) {
    similarity = metric.isSimilarity();
    topK = new TopK(metric);
    query = new float[d];
    vector = new float[d];
    vectorView = MemorySegment.ofArray(vector);
  }

  /** Orders the candidates of query q by the refined distances and keeps k. */
  void order(Index refine, Vectors queries, int q, KnnResult found, int k, KnnResult out) {
    if (refine instanceof IndexSnapshot<?> s
        && s.state() instanceof PanoramaState p
        && s.owner() instanceof IndexFlatPanorama owner) {
      orderByLevels(owner, p, queries, q, found, k, out);
      return;
    }
    int n = found.count(q);
    if (distances.length < n) {
      distances = new float[n];
    }
    int at = q * found.k();
    measure(refine, queries, q, found.rawLabels(), at, n, distances, 0);
    topK.begin(k);
    float threshold = topK.threshold();
    for (int i = 0; i < n; i++) {
      if (similarity ? distances[i] > threshold : distances[i] < threshold) {
        topK.add(distances[i], found.rawLabels()[at + i]);
        threshold = topK.threshold();
      }
    }
    topK.finish(out, q);
  }

  private void orderByLevels(
      IndexFlatPanorama owner,
      PanoramaState s,
      Vectors queries,
      int q,
      KnnResult found,
      int k,
      KnnResult out) {
    PanoramaScan scan = levels;
    if (scan == null) {
      scan = new PanoramaScan(owner.layout(), owner.metricType());
      levels = scan;
    }
    scan.setQuery(queries.data(), queries.offset(q));
    int batch = owner.layout().batch();
    topK.begin(k);
    float threshold = topK.threshold();
    for (int i = q * found.k(), end = i + found.count(q); i < end; i++) {
      long id = found.rawLabels()[i];
      if (id < 0 || id >= s.n()) {
        throw unknown(id, s.n());
      }
      long b = id / batch;
      float v =
          scan.distance(
              s.codes().chunk(b),
              s.codes().offset(b),
              s.norms().chunk(b),
              s.norms().offset(b),
              (int) (id % batch),
              threshold);
      if (similarity ? v > threshold : v < threshold) {
        topK.add(v, id);
        threshold = topK.threshold();
      }
    }
    topK.finish(out, q);
  }

  /** Only a damaged file, or an index written past its wrapper, gives it. */
  private static IllegalStateException unknown(long id, long n) {
    return new IllegalStateException(
        "the base index answers with id " + id + ", the refining one holds " + n + " vectors");
  }

  /** Writes the distances of query q to {@code ids[at … at + n)} to {@code out[to …]}. */
  void measure(
      Index refine, Vectors queries, long q, long[] ids, int at, int n, float[] out, int to) {
    if (refine instanceof IndexSnapshot<?> s && s.state() instanceof FlatState flat) {
      measureCodes(flat, queries, q, ids, at, n, out, to);
      return;
    }
    MemorySegment.copy(queries.data(), Vectors.FLOAT, queries.offset(q), query, 0, query.length);
    for (int i = 0; i < n; i++) {
      refine.reconstruct(ids[at + i], vectorView, 0);
      out[to + i] =
          similarity
              ? Kernels.DISTANCES.ip(query, 0, vector, 0, query.length)
              : Kernels.DISTANCES.l2(query, 0, vector, 0, query.length);
    }
  }

  private static void measureCodes(
      FlatState s, Vectors queries, long q, long[] ids, int at, int n, float[] out, int to) {
    FlatRows rows = s.rows();
    for (int i = at; i < at + n; i++) {
      if (ids[i] < 0 || ids[i] >= rows.size()) {
        throw unknown(ids[i], rows.size());
      }
    }
    Reuse<FlatScratch> pool = s.scratch();
    FlatScratch t = pool.take();
    t.scorer.setQuery(queries.data(), queries.offset(q));
    int size = s.codec().codeSize();
    int i = 0;
    for (; i + 4 <= n; i += 4) {
      int c0 = rows.chunkOfId(ids[at + i]);
      int c1 = rows.chunkOfId(ids[at + i + 1]);
      int c2 = rows.chunkOfId(ids[at + i + 2]);
      int c3 = rows.chunkOfId(ids[at + i + 3]);
      t.scorer.scoreFour(
          rows.chunk(c0).data,
          (long) rows.positionOfId(c0, ids[at + i]) * size,
          rows.chunk(c1).data,
          (long) rows.positionOfId(c1, ids[at + i + 1]) * size,
          rows.chunk(c2).data,
          (long) rows.positionOfId(c2, ids[at + i + 2]) * size,
          rows.chunk(c3).data,
          (long) rows.positionOfId(c3, ids[at + i + 3]) * size,
          out,
          to + i);
    }
    for (; i < n; i++) {
      int c = rows.chunkOfId(ids[at + i]);
      out[to + i] =
          t.scorer.score(rows.chunk(c).data, (long) rows.positionOfId(c, ids[at + i]) * size);
    }
    pool.give(t);
  }
}
