package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.RaBitQCodec;
import io.sagitta.core.codec.RaBitQResidualCodec;
import io.sagitta.core.codec.RaBitQScorer;
import io.sagitta.core.codec.RaBitQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/**
 * An inverted file of RaBitQ codes, each around its list's centroid: 1 to 9 bits a dimension.
 *
 * <p>Search parameters: those of {@link IndexIVF}, {@link SearchKey#QB} (bits of the quantised
 * query, 0 = float; unset: {@link #qb()}) and {@link SearchKey#CENTERED}. Threads: as {@link
 * IndexIVF}. Source: FAISS {@code IndexIVFRaBitQ}.
 */
public final class IndexIVFRaBitQ extends IndexIVF {
  private static final Set<SearchKey> KEYS = keys();

  private volatile int qb;

  /**
   * An index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   * @param bits bits a dimension, 1..9
   */
  public IndexIVFRaBitQ(Index quantizer, int d, long nlist, MetricType metric, int bits) {
    this(
        quantizer,
        d,
        metric,
        RaBitQCodec.DEFAULT_QB,
        IvfState.empty(
            false,
            new RaBitQResidualCodec(new RaBitQuantizer(d, bits, metric), false),
            checkNlist(nlist),
            null));
  }

  IndexIVFRaBitQ(Index quantizer, int d, MetricType metric, int qb, IvfState state) {
    super(quantizer, d, state.lists.nlist(), metric, 0f, true, state);
    this.qb = qb;
  }

  static Set<SearchKey> keys() {
    EnumSet<SearchKey> keys = EnumSet.copyOf(SearchSettings.KEYS);
    keys.add(SearchKey.QB);
    keys.add(SearchKey.CENTERED);
    return Set.copyOf(keys);
  }

  /** Bits a dimension. */
  public int bits() {
    return read(s -> codec(s).quantizer().bits());
  }

  /** Bits of the quantised query when a search does not say. */
  public int qb() {
    return qb;
  }

  /**
   * Sets {@link #qb()}.
   *
   * @throws IllegalArgumentException unless 0 ≤ qb ≤ 8
   */
  public void setQb(int queryBits) {
    qb = checkQb(queryBits, 0);
  }

  static int checkQb(int bits, int least) {
    if (bits < least || bits > RaBitQScorer.MAX_QUERY_BITS) {
      throw new IllegalArgumentException(
          "qb = " + bits + " must be in [" + least + ", " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    return bits;
  }

  static RaBitQResidualCodec codec(IvfState s) {
    return (RaBitQResidualCodec) s.codec;
  }

  /** Encodes differences to a centroid as vectors around it, which inner product asks for. */
  static void encodeAround(
      IvfState s, float[] centroid, Vectors residuals, MemorySegment codes, long offset) {
    int d = residuals.d();
    float[] row = new float[d];
    Vectors one = Vectors.one(row);
    for (long i = 0; i < residuals.n(); i++) {
      for (int j = 0; j < d; j++) {
        row[j] = residuals.get(i, j) + centroid[j];
      }
      codec(s).encodeAround(one, centroid, codes, offset + i * s.codec.codeSize());
    }
  }

  /** As {@link #encodeAround}, each row around the centroid of its list. */
  static void encodeEach(
      IndexIVF index, IvfState s, long[] lists, Vectors residuals, MemorySegment codes) {
    for (int i = 0; i < lists.length; i++) {
      if (lists[i] >= 0) {
        float[] centroid = index.quantizer().reconstruct(lists[i]);
        encodeAround(s, centroid, residuals.slice(i, 1), codes, (long) i * s.codec.codeSize());
      }
    }
  }

  @Override
  void check(SearchSettings settings) {
    if (settings.qb >= 0) {
      checkQb(settings.qb, 0);
    }
  }

  @Override
  void encodeRows(IvfState s, float[] centroid, Vectors x, MemorySegment codes, long offset) {
    encodeAround(s, centroid, x, codes, offset);
  }

  @Override
  void encode(IvfState s, long[] lists, Vectors x, MemorySegment codes) {
    encodeEach(this, s, lists, x, codes);
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  boolean groups(IvfState s) {
    return false;
  }

  @Override
  ListScanner scanner(IvfState s) {
    return new RaBitQScanner(quantizer(), codec(s), qb);
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    return new IndexIVFRaBitQ(newQuantizer, d(), metricType(), qb, state);
  }

  @Override
  public void setParameter(String name, double value) {
    if (name.equals("qb")) {
      setQb((int) value);
    } else {
      super.setParameter(name, value);
    }
  }
}
