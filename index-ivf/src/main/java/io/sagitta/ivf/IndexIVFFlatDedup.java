package io.sagitta.ivf;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FloatCodec;
import java.util.Arrays;

/**
 * An inverted file that stores equal vectors of a list once. Read from FAISS's files, searched and
 * written back; vectors cannot be added or removed. The ids that share a vector stand beside each
 * other in a result.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFFlatDedup}.
 */
public final class IndexIVFFlatDedup extends IndexIVF {
  IndexIVFFlatDedup(Index quantizer, int d, MetricType metric, float metricArg, IvfState state) {
    super(quantizer, d, state.lists.nlist(), metric, metricArg, false, state);
  }

  static FloatCodec codec(int d) {
    return new FloatCodec(d);
  }

  private static Instances instances(IvfState s) {
    if (s.extra instanceof Instances i) {
      return i;
    }
    throw new IllegalStateException("IndexIVFFlatDedup holds no table of duplicates");
  }

  @Override
  protected void searchIn(IvfState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    p.requireNoSelector("IndexIVFFlatDedup");
    super.searchIn(s, queries, k, p, out);
    Instances shared = instances(s);
    long[] labels = new long[k];
    float[] distances = new float[k];
    for (int q = 0; q < out.nq(); q++) {
      int base = q * k;
      int n = 0;
      for (int i = 0; i < out.count(q) && n < k; i++) {
        labels[n] = out.rawLabels()[base + i];
        distances[n] = out.rawDistances()[base + i];
        LongArrayList same = shared.of(labels[n]);
        float distance = distances[n++];
        for (int j = 0; same != null && j < same.size() && n < k; j++) {
          labels[n] = same.get(j);
          distances[n++] = distance;
        }
      }
      System.arraycopy(labels, 0, out.rawLabels(), base, n);
      System.arraycopy(distances, 0, out.rawDistances(), base, n);
      out.finish(q, n, metricType().worst());
    }
  }

  @Override
  protected RangeResult rangeSearchIn(
      IvfState s, Vectors queries, float radius, SearchParameters p) {
    p.requireNoSelector("IndexIVFFlatDedup");
    RangeResult found = super.rangeSearchIn(s, queries, radius, p);
    Instances shared = instances(s);
    LongArrayList ids = new LongArrayList();
    float[] distances = new float[found.ids().length];
    long[] lims = new long[found.lims().length];
    for (int q = 0; q + 1 < lims.length; q++) {
      for (int i = (int) found.lims()[q]; i < found.lims()[q + 1]; i++) {
        LongArrayList same = shared.of(found.ids()[i]);
        for (int j = -1; j < (same == null ? 0 : same.size()); j++) {
          if (ids.size() == distances.length) {
            distances = Arrays.copyOf(distances, 2 * distances.length + 8);
          }
          distances[ids.size()] = found.distances()[i];
          ids.add(j < 0 || same == null ? found.ids()[i] : same.get(j));
        }
      }
      lims[q + 1] = ids.size();
    }
    return new RangeResult(lims, ids.toArray(), Arrays.copyOf(distances, ids.size()));
  }

  @Override
  boolean sealed() {
    return true;
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFFlatDedup(newQuantizer, d(), metricType(), metricArg(), state);
  }
}
