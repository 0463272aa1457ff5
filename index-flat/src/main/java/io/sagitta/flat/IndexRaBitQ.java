package io.sagitta.flat;

import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.codec.RaBitQCodec;
import io.sagitta.core.codec.RaBitQScorer;
import io.sagitta.core.codec.RaBitQuantizer;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Exhaustive search over RaBitQ codes ({@link RaBitQuantizer}): 1 to 9 bits a dimension around the
 * mean of the training vectors. With more than one bit a vector's finer distance is computed only
 * when its first estimate, less its error bound, beats the threshold. Rotate the data first ({@code
 * RR}, {@code HR}) unless its dimensions are alike.
 *
 * <p>Search parameters: {@link SearchKey#QB} (bits of the quantised query, 0 = float; unset: {@link
 * #qb()}) and {@link SearchKey#CENTERED}. Threads, ids, ties and memory: as {@link IndexFlatCodes}
 * says. Source: FAISS {@code IndexRaBitQ}.
 */
public final class IndexRaBitQ extends IndexFlatCodes implements TunableIndex {
  private static final Set<SearchKey> KEYS = EnumSet.of(SearchKey.QB, SearchKey.CENTERED);

  private volatile int qb;
  private volatile Pools pools;

  /** Idle scratch for each way of quantising the query. */
  private record Pools(RaBitQCodec codec, AtomicReferenceArray<Reuse<FlatScratch>> byWay) {
    Pools(RaBitQCodec codec) {
      this(codec, new AtomicReferenceArray<>(2 * (RaBitQScorer.MAX_QUERY_BITS + 1)));
    }
  }

  /** One bit a dimension. */
  public IndexRaBitQ(int d, MetricType metric) {
    this(d, metric, 1);
  }

  /**
   * An empty, untrained index.
   *
   * @param d dimension
   * @param metric L2 or inner product
   * @param bits bits a dimension, 1..9
   */
  public IndexRaBitQ(int d, MetricType metric, int bits) {
    this(
        new RaBitQCodec(new RaBitQuantizer(d, bits, metric)),
        metric,
        RaBitQCodec.DEFAULT_QB,
        StoredRows.none(new RaBitQuantizer(d, bits, metric).codeSize()));
  }

  IndexRaBitQ(RaBitQCodec codec, MetricType metric, int qb, StoredRows rows) {
    super(codec, metric, 0f, rows);
    this.qb = qb;
    pools = new Pools(codec);
  }

  /** Bits a dimension. */
  public int bits() {
    return read(s -> ((RaBitQCodec) s.codec()).quantizer().bits());
  }

  /** Bits of the quantised query when a search does not say (FAISS {@code qb}). */
  public int qb() {
    return qb;
  }

  /**
   * Sets {@link #qb()}.
   *
   * @throws IllegalArgumentException unless 0 ≤ qb ≤ 8
   */
  public void setQb(int bits) {
    if (bits < 0 || bits > RaBitQScorer.MAX_QUERY_BITS) {
      throw new IllegalArgumentException(
          "qb = " + bits + " must be in [0, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    qb = bits;
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  Reuse<FlatScratch> scratchFor(FlatState s, SearchParameters p) {
    RaBitQCodec codec = (RaBitQCodec) s.codec();
    Pools known = pools;
    if (!known.codec().equals(codec)) {
      known = new Pools(codec);
      pools = known;
    }
    int bits = p.getInt(SearchKey.QB, qb);
    boolean centered = p.getBoolean(SearchKey.CENTERED, false);
    if (bits < 0 || bits > RaBitQScorer.MAX_QUERY_BITS) {
      throw new IllegalArgumentException(
          "qb = " + bits + " must be in [0, " + RaBitQScorer.MAX_QUERY_BITS + "]");
    }
    int way = 2 * bits + (centered ? 1 : 0);
    Reuse<FlatScratch> pool = known.byWay().get(way);
    if (pool == null) {
      pool = new Reuse<>(() -> new FlatScratch(codec.scorer(bits, centered), metricType()));
      known.byWay().set(way, pool);
    }
    return pool;
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexRaBitQ((RaBitQCodec) codec, metricType(), qb, rows);
  }

  @Override
  boolean sameCodes(IndexFlatCodes other) {
    RaBitQCodec mine = read(s -> (RaBitQCodec) s.codec());
    RaBitQCodec theirs = ((IndexRaBitQ) other).read(s -> (RaBitQCodec) s.codec());
    return mine.quantizer().bits() == theirs.quantizer().bits()
        && java.util.Arrays.equals(mine.center(), theirs.center());
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    return List.of(new ParameterRange("qb", List.of(1.0, 2.0, 4.0, 8.0)));
  }

  @Override
  public void setParameter(String name, double value) {
    if (!name.equals("qb")) {
      throw new IllegalArgumentException(
          "IndexRaBitQ has no parameter \"" + name + "\"; it has qb");
    }
    setQb((int) value);
  }
}
