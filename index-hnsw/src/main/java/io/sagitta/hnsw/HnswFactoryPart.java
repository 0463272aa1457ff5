package io.sagitta.hnsw;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.IndexFactoryPart;
import io.sagitta.flat.IndexFlatCodes;
import io.sagitta.flat.IndexPQ;
import io.sagitta.flat.IndexRaBitQ;
import io.sagitta.flat.IndexScalarQuantizer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code HNSW}, {@code HNSW32}, {@code HNSW32,Flat}, {@code HNSW32_SQ8}, {@code HNSW32,PQ16x8np},
 * {@code HNSW32,FlatPanorama8}, {@code HNSW32,RaBitQ4}: a graph, then the codes it is over. A
 * product quantizer measures L2 whatever the metric, as in FAISS. Stateless.
 */
public final class HnswFactoryPart implements IndexFactoryPart {
  private static final Pattern GRAPH_OVER = Pattern.compile("HNSW([0-9]{0,6})(?:[,_](.+))?");
  private static final Pattern PANORAMA = Pattern.compile("FlatPanorama([0-9]{0,6})");
  private static final Pattern TWO_LEVEL = Pattern.compile("[0-9]+(x[0-9]+)?\\+PQ.*");

  /** For {@link java.util.ServiceLoader}. */
  public HnswFactoryPart() {}

  @Override
  public int order() {
    return GRAPH;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    Matcher match = GRAPH_OVER.matcher(description);
    if (!match.matches()) {
      return null;
    }
    int m = match.group(1).isEmpty() ? IndexHNSWFlat.DEFAULT_M : Integer.parseInt(match.group(1));
    String codes = match.group(2);
    if (codes == null || codes.equals("Flat")) {
      return new IndexHNSWFlat(d, m, metric, metricArg);
    } else if (TWO_LEVEL.matcher(codes).matches()) {
      throw new IllegalArgumentException(
          "\"" + description + "\" is an IndexHNSW2Level, which Sagitta does not support");
    } else if (codes.startsWith("SQ")) {
      return overScalars(IndexFactory.create(d, codes, metric, metricArg), m);
    } else if (codes.startsWith("PQ")) {
      return overProducts(IndexFactory.create(d, codes, MetricType.L2, 0f), m);
    } else if (codes.startsWith("RaBitQ")) {
      return overRaBitQ(IndexFactory.create(d, codes, metric, metricArg), m);
    }
    Matcher panorama = PANORAMA.matcher(codes);
    return panorama.matches() ? panorama(d, m, panorama.group(1), metric) : null;
  }

  private static @Nullable Index overScalars(Index storage, int m) {
    if (storage instanceof IndexScalarQuantizer sq) {
      return new IndexHNSWSQ(sq, m);
    }
    storage.close();
    return null;
  }

  private static @Nullable Index overProducts(Index storage, int m) {
    if (storage instanceof IndexPQ pq) {
      return new IndexHNSWPQ(pq, m);
    }
    storage.close();
    return null;
  }

  private static @Nullable Index overRaBitQ(Index storage, int m) {
    if (storage instanceof IndexRaBitQ q) {
      try {
        return new IndexHNSWRaBitQ(q, m);
      } catch (Throwable t) {
        q.close();
        throw t;
      }
    }
    storage.close();
    return null;
  }

  private static Index panorama(int d, int m, String levels, MetricType metric) {
    if (metric != MetricType.L2) {
      throw new IllegalArgumentException("a graph with Panorama measures L2, not " + metric);
    }
    return new IndexHNSWFlatPanorama(
        d, m, levels.isEmpty() ? IndexHNSWFlatPanorama.DEFAULT_LEVELS : Integer.parseInt(levels));
  }

  @Override
  public List<String> examples() {
    return List.of(
        "HNSW32",
        "HNSW32,Flat",
        "HNSW32,SQ8",
        "HNSW32,PQ16",
        "HNSW32,FlatPanorama8",
        "HNSW32,RaBitQ4");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexHNSW h)) {
      return null;
    }
    IndexFlatCodes storage = h.template();
    if (index instanceof IndexHNSWFlat) {
      return "HNSW" + h.m() + ",Flat";
    }
    if (index instanceof IndexHNSWFlatPanorama p) {
      return "HNSW" + h.m() + ",FlatPanorama" + p.levels();
    }
    return storage == null ? null : "HNSW" + h.m() + "," + IndexFactory.describe(storage);
  }
}
