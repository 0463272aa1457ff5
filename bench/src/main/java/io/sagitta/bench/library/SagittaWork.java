package io.sagitta.bench.library;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.flat.IndexFlatCodes;
import io.sagitta.flat.IndexFlatPanorama;
import io.sagitta.flat.IndexPQFastScan;
import io.sagitta.flat.IndexRaBitQFastScan;
import io.sagitta.hnsw.HnswStatistics;
import io.sagitta.hnsw.IndexHNSW;
import io.sagitta.ivf.IndexIVF;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Counts the {@link Work} of Sagitta's indexes: of graphs by their statistics, of inverted files by
 * the lists that queries probe, of the others all codes.
 */
final class SagittaWork {
  /** Queries that the average is over, the first ones. */
  private static final int QUERIES = 200;

  /** Classes whose distances are sums of table entries or of bits. */
  private static final Pattern LOOKED_UP = Pattern.compile("PQ|RaBitQ|FastScan");

  private SagittaWork() {}

  /** Empty for wrappers and whatever else does not say what it covers. */
  static Optional<Work> of(Index index, Vectors queries, int k, SearchParameters setting) {
    Vectors asked = queries.slice(0, Math.min(QUERIES, queries.n()));
    int d = index.d();
    double perDistance = LOOKED_UP.matcher(index.getClass().getSimpleName()).find() ? 0 : 2.0 * d;
    if (index instanceof IndexHNSW graph) {
      HnswStatistics s = new HnswStatistics();
      graph.searchInto(asked, k, setting, new KnnResult(), s);
      double distances = (double) s.distances() / s.queries();
      double lists = (double) s.hops() / s.queries() * 4 * 2 * graph.m();
      return Optional.of(new Work(distances * perDistance, distances * index.saCodeSize() + lists));
    }
    if (index instanceof IndexIVF ivf) {
      int nprobe = Math.min(ivf.nlist(), setting.getInt(SearchKey.NPROBE, ivf.nprobe()));
      KnnResult lists = ivf.quantizer().search(asked, nprobe);
      long scanned = 0;
      for (int q = 0; q < asked.n(); q++) {
        for (int i = 0; i < lists.count(q); i++) {
          scanned += ivf.listSize((int) lists.id(q, i));
        }
      }
      double codes = (double) scanned / asked.n();
      return Optional.of(
          new Work(
              codes * perDistance + 2.0 * d * ivf.nlist(),
              codes * ivf.codeSize() + 4.0 * d * ivf.nlist()));
    }
    if (index instanceof IndexFlatCodes
        || index instanceof IndexFlatPanorama
        || index instanceof IndexPQFastScan
        || index instanceof IndexRaBitQFastScan) {
      double n = index.ntotal();
      return Optional.of(new Work(n * perDistance, n * index.saCodeSize()));
    }
    return Optional.empty();
  }
}
