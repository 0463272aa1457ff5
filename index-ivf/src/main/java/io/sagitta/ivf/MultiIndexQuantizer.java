package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.concurrent.Reuse;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;

/**
 * A coarse quantizer whose centroids are all combinations of the centroids of M parts of a vector:
 * 2^(M·nbits) lists from M · 2^nbits trained rows (the inverted multi-index, Babenko and Lempitsky
 * 2012; {@code IMI2x10} in factory strings). L2.
 *
 * <p>A search gives the lists with the smallest sums of parts' distances. A combination's number
 * has the first part's centroid in its lowest bits. The vectors are virtual: nothing can be added,
 * removed or reset, and there is no selector. A query with NaN has no results.
 *
 * <p>Threads: any may search; a search runs on the centroids that were there when it began. On heap
 * 12·d·2^nbits bytes. Source: FAISS {@code MultiIndexQuantizer}.
 */
public final class MultiIndexQuantizer extends AbstractIndex<MultiIndexState> {
  private final int m;
  private final int nbits;
  private final Reuse<Scratch> pool;

  /** What one thread needs. */
  private final class Scratch {
    final float[] query = new float[d()];
    final float[] table = new float[m << nbits];
    final SmallestSums sums = new SmallestSums(m, nbits);
  }

  /**
   * An untrained quantizer.
   *
   * @param d components of a vector, a multiple of m
   * @param m parts, at least 1
   * @param nbits bits of a part's centroid, 1 to 16
   * @throws IllegalArgumentException if one of these is out of its range, or m · nbits above 62
   */
  public MultiIndexQuantizer(int d, int m, int nbits) {
    this(d, new MultiIndexState(new ProductQuantizer(d, m, nbits)));
  }

  MultiIndexQuantizer(int d, MultiIndexState state) {
    super(d, MetricType.L2, 0f, state);
    m = state.quantizer.m();
    nbits = state.quantizer.nbits();
    if ((long) m * nbits > 62) {
      throw new IllegalArgumentException(
          m + " parts of " + nbits + " bits have more combinations than 2^62");
    }
    pool = new Reuse<>(Scratch::new);
  }

  /** Number of parts. */
  public int m() {
    return m;
  }

  /** Bits of a part's centroid. */
  public int nbits() {
    return nbits;
  }

  @Override
  protected long ntotalIn(MultiIndexState s) {
    return s.quantizer.isTrained() ? 1L << m * nbits : 0;
  }

  @Override
  protected boolean isTrainedIn(MultiIndexState s) {
    return s.quantizer.isTrained();
  }

  @Override
  protected void searchIn(
      MultiIndexState s, Vectors queries, int k, SearchParameters p, KnnResult out) {
    p.requireNoSelector("MultiIndexQuantizer");
    p.requireOnly("MultiIndexQuantizer", EnumSet.noneOf(SearchKey.class));
    if (!s.quantizer.isTrained()) {
      out.prepare(queries.n(), k);
      for (int q = 0; q < out.nq(); q++) {
        out.finish(q, 0, metricType().worst());
      }
    } else if (queries.n() == 1) {
      searchSome(s, queries, 0, 1, k, out);
    } else {
      Parallelism.forRange(queries.n(), 16, (from, to) -> searchSome(s, queries, from, to, k, out));
    }
  }

  private void searchSome(
      MultiIndexState s, Vectors queries, long from, long to, int k, KnnResult out) {
    Scratch t = pool.take();
    for (long q = from; q < to; q++) {
      MemorySegment.copy(
          queries.data(), Vectors.FLOAT, queries.offset(q), t.query, 0, t.query.length);
      s.quantizer.computeTable(t.query, 0, false, t.table, 0);
      int at = Math.toIntExact(q * k);
      int n =
          k == 1
              ? nearest(t.table, out.rawDistances(), out.rawLabels(), at)
              : t.sums.run(t.table, k, out.rawDistances(), out.rawLabels(), at);
      out.finish((int) q, n, metricType().worst());
    }
    pool.give(t);
  }

  /** The first least entry of each table. */
  private int nearest(float[] table, float[] distances, long[] labels, int at) {
    float sum = 0;
    long label = 0;
    for (int i = 0; i < m; i++) {
      float least = Float.POSITIVE_INFINITY;
      int place = -1;
      for (int c = 0; c < 1 << nbits; c++) {
        float v = table[(i << nbits) + c];
        if (v < least) {
          least = v;
          place = c;
        }
      }
      if (place < 0) {
        return 0;
      }
      sum += least;
      label |= (long) place << i * nbits;
    }
    distances[at] = sum;
    labels[at] = label;
    return 1;
  }

  @Override
  protected void reconstructIn(MultiIndexState s, long id, MemorySegment out, long offset) {
    if (id < 0 || id >= ntotalIn(s)) {
      throw new IllegalArgumentException("id " + id + " is not in [0, " + ntotalIn(s) + ")");
    }
    float[] row = new float[d()];
    s.quantizer.centroids(id, row);
    MemorySegment.copy(row, 0, out, Vectors.FLOAT, offset, row.length);
  }

  @Override
  protected long offHeapBytesIn(MultiIndexState s) {
    return 0;
  }

  @Override
  protected void trainLocked(Vectors x, ProgressListener listener) {
    ProductQuantizer fresh = current().quantizer.copy();
    fresh.train(x, listener);
    publish(new MultiIndexState(fresh), null);
  }

  @Override
  protected void addLocked(Vectors x, ProgressListener listener) {
    throw unsupported("add");
  }

  @Override
  protected void resetLocked() {
    throw unsupported("reset");
  }

  @Override
  protected Index copyOf(MultiIndexState s) {
    return new MultiIndexQuantizer(d(), new MultiIndexState(s.quantizer.copy()));
  }

  @Override
  protected void freeAll(MultiIndexState last) {
    // Everything is on heap.
  }
}
