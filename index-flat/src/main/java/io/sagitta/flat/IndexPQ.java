package io.sagitta.flat;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.CodeScorer;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.PqCodeScorer;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.concurrent.Reuse;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exhaustive search over product-quantizer codes ({@link ProductQuantizer}), L2 or inner product
 * between the query as it is and the decoded vectors.
 *
 * <p>Search parameters: {@link SearchKey#SEARCH_TYPE} ({@link PqSearchType}'s numbers; all but 0
 * are for L2) and {@link SearchKey#POLYSEMOUS_HT}; unset, the index's own. Threads, ids, ties and
 * memory: as {@link IndexFlatCodes} says. Source: FAISS {@code IndexPQ}.
 */
public final class IndexPQ extends IndexFlatCodes implements TunableIndex {
  private static final Set<SearchKey> KEYS =
      EnumSet.of(SearchKey.SEARCH_TYPE, SearchKey.POLYSEMOUS_HT);

  /**
   * From this many components a sub-quantizer on, batches are scanned like single queries: register
   * look-ups cost 0.13 ns a sub-code, the product with decoded vectors 0.02 ns a component.
   */
  private static final int DSUB_TO_SCAN = 7;

  private final boolean encodeSigns;
  private volatile PqSearchType searchType;
  private volatile int polysemousHt;
  private volatile @Nullable Comparison comparison;

  /**
   * An empty, untrained index.
   *
   * @param d dimension, a multiple of m
   * @param m sub-quantizers
   * @param nbits bits of a sub-code, 1 … 16
   * @param metric L2 or inner product
   * @throws IllegalArgumentException if one of these does not fit
   */
  public IndexPQ(int d, int m, int nbits, MetricType metric) {
    this(new ProductQuantizer(d, m, nbits), metric);
  }

  private IndexPQ(ProductQuantizer pq, MetricType metric) {
    this(
        pq,
        checked(metric),
        PqSearchType.PQ,
        false,
        pq.nbits() * pq.m() + 1,
        StoredRows.none(pq.codeSize()));
  }

  /**
   * With FAISS's stored settings; {@code encodeSigns} is kept for the file and means nothing else.
   */
  IndexPQ(
      ProductQuantizer pq,
      MetricType metric,
      PqSearchType searchType,
      boolean encodeSigns,
      int polysemousHt,
      StoredRows rows) {
    super(pq, metric, 0f, rows);
    this.searchType = searchType;
    this.encodeSigns = encodeSigns;
    this.polysemousHt = polysemousHt;
  }

  private static MetricType checked(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("IndexPQ knows L2 and INNER_PRODUCT, not " + metric);
    }
    return metric;
  }

  /** The quantizer; it must not be trained from outside. */
  public ProductQuantizer productQuantizer() {
    return read(s -> (ProductQuantizer) s.codec());
  }

  /**
   * Lets a later {@link #train} number the centroids for {@link PqSearchType#POLYSEMOUS} searches;
   * null, as at the start, leaves it out.
   */
  public void setPolysemousTraining(@Nullable PolysemousTraining training) {
    productQuantizer().setPolysemousTraining(training);
  }

  /** How searches compare when they do not say. */
  public PqSearchType searchType() {
    return searchType;
  }

  /** Sets {@link #searchType()}; searches that have begun keep theirs. */
  public void setSearchType(PqSearchType type) {
    searchType = type;
  }

  /** Codes that differ in as many bits (bytes) or more are passed over by polysemous searches. */
  public int polysemousHt() {
    return polysemousHt;
  }

  /** Sets {@link #polysemousHt()}. */
  public void setPolysemousHt(int threshold) {
    polysemousHt = threshold;
  }

  boolean encodeSigns() {
    return encodeSigns;
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  boolean searchOwn(
      FlatState s, Vectors queries, int k, SearchParameters p, boolean byRow, KnnResult out) {
    ProductQuantizer pq = (ProductQuantizer) s.codec();
    return typeOf(p) == PqSearchType.PQ
        && !(pq.scansInRegisters() && pq.dsub() >= DSUB_TO_SCAN)
        && DecodedSource.search(s, metricType(), queries, p, byRow, out);
  }

  private PqSearchType typeOf(SearchParameters p) {
    return p.has(SearchKey.SEARCH_TYPE)
        ? PqSearchType.ofCode(p.getInt(SearchKey.SEARCH_TYPE, 0))
        : searchType;
  }

  @Override
  Reuse<FlatScratch> scratchFor(FlatState s, SearchParameters p) {
    PqSearchType type = typeOf(p);
    int ht = p.getInt(SearchKey.POLYSEMOUS_HT, polysemousHt);
    if (type == PqSearchType.PQ) {
      return s.scratch();
    }
    if (metricType() != MetricType.L2) {
      throw new IllegalArgumentException(
          "search_type "
              + type.code()
              + " ("
              + type
              + ") of an IndexPQ needs L2, the index has "
              + metricType());
    }
    ProductQuantizer pq = (ProductQuantizer) s.codec();
    Comparison last = comparison;
    if (last == null || last.codec != pq || last.type != type || last.threshold != ht) {
      last =
          new Comparison(
              pq,
              type,
              ht,
              new Reuse<>(() -> new FlatScratch(scorer(pq, type, ht), MetricType.L2)));
      comparison = last;
    }
    return last.scratch;
  }

  /** Idle scratch of the last way to compare codes that was asked for besides tables. */
  private record Comparison(
      ProductQuantizer codec, PqSearchType type, int threshold, Reuse<FlatScratch> scratch) {}

  private static CodeScorer scorer(ProductQuantizer pq, PqSearchType type, int ht) {
    return switch (type) {
      case PQ -> pq.scorer(MetricType.L2, 0);
      case HAMMING -> PqCodeScorer.hamming(pq, false);
      case GENERALIZED_HAMMING -> PqCodeScorer.hamming(pq, true);
      case SYMMETRIC -> PqCodeScorer.symmetric(pq);
      case POLYSEMOUS -> PqCodeScorer.polysemous(pq, false, ht);
      case POLYSEMOUS_GENERALIZED -> PqCodeScorer.polysemous(pq, true, ht);
    };
  }

  @Override
  IndexFlatCodes like(VectorCodec codec, StoredRows rows) {
    return new IndexPQ(
        (ProductQuantizer) codec, metricType(), searchType, encodeSigns, polysemousHt, rows);
  }

  @Override
  boolean sameCodes(IndexFlatCodes other) {
    ProductQuantizer mine = productQuantizer();
    ProductQuantizer theirs = ((IndexPQ) other).productQuantizer();
    return mine.m() == theirs.m()
        && mine.nbits() == theirs.nbits()
        && Arrays.equals(mine.centroids(), theirs.centroids());
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    return List.of(new ParameterRange("ht", productQuantizer().hammingThresholds()));
  }

  /** {@code ht}: at the number of bits of a code or above, filtering is off. */
  @Override
  public void setParameter(String name, double value) {
    if (!name.equals("ht")) {
      throw new IllegalArgumentException("IndexPQ has no parameter \"" + name + "\"; it has ht");
    }
    int bits = productQuantizer().codeSize() * 8;
    if (value >= bits) {
      searchType = PqSearchType.PQ;
    } else {
      searchType = PqSearchType.POLYSEMOUS;
      polysemousHt = (int) value;
    }
  }
}
