package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchKey;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.factory.ParameterRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inverted file of product-quantizer codes, of the vectors or (FAISS's default) of their
 * differences to the centroid: code size + 8 bytes a vector. L2 and inner product.
 *
 * <p>Instead of FAISS's precomputed table of every list × sub-centroid, a search over residuals
 * keeps one float a vector, ‖r‖² + 2·c·r, made on a list's first visit: 4 bytes a vector instead of
 * nlist · M · 2^nbits · 4, and no table to build per list.
 *
 * <p>Search parameters: those of {@link IndexIVF} and {@link SearchKey#POLYSEMOUS_HT} (unset:
 * {@link #polysemousHt()}), which FAISS has too but does not look at. A budget of codes counts
 * those that pass the filter, as in FAISS.
 *
 * <p>Threads: as {@link IndexIVF}. Source: FAISS {@code IndexIVFPQ}.
 */
public class IndexIVFPQ extends IndexIVF {
  /**
   * A row decoded for a product costs what scanning its code for about ten queries does: {@code
   * IVF1024,PQ16np} in batches of 1,000 over FAISS, query by query and by products: 1.24 and 0.76
   * at nprobe 4 (four queries a list), 1.57 and 1.32 at 8, 1.41 and 1.53 at 16, 1.36 and 2.13 at
   * 32.
   */
  private static final int LEAST_GROUP = 12;

  private static final Set<SearchKey> KEYS = keys();

  private volatile int polysemousHt;

  /** An index over residuals. */
  public IndexIVFPQ(Index quantizer, int d, long nlist, int m, int nbits, MetricType metric) {
    this(quantizer, d, nlist, m, nbits, metric, true);
  }

  /**
   * An index.
   *
   * @param quantizer holds, or is trained to, nlist centroids; closed with this index
   * @param m sub-quantizers, dividing d
   * @param nbits bits of a sub-code, 1 … 16
   * @param byResidual whether differences to the centroid are coded
   */
  public IndexIVFPQ(
      Index quantizer, int d, long nlist, int m, int nbits, MetricType metric, boolean byResidual) {
    this(
        quantizer,
        d,
        metric,
        byResidual,
        IvfState.empty(false, new ProductQuantizer(d, m, nbits), checkNlist(nlist), null));
  }

  IndexIVFPQ(Index quantizer, int d, MetricType metric, boolean byResidual, IvfState state) {
    super(quantizer, d, state.lists.nlist(), checkMetric(metric), 0f, byResidual, state);
  }

  static Set<SearchKey> keys() {
    EnumSet<SearchKey> keys = EnumSet.copyOf(SearchSettings.KEYS);
    keys.add(SearchKey.POLYSEMOUS_HT);
    return Set.copyOf(keys);
  }

  private static MetricType checkMetric(MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException("IndexIVFPQ measures L2 and inner product, not " + metric);
    }
    return metric;
  }

  /** The codec; trained with the index. */
  public final ProductQuantizer productQuantizer() {
    return read(s -> (ProductQuantizer) s.codec);
  }

  /** Lets a later {@link #train} number the centroids for polysemous codes; null leaves it out. */
  public final void setPolysemousTraining(@Nullable PolysemousTraining training) {
    productQuantizer().setPolysemousTraining(training);
  }

  /**
   * Codes that differ in as many bits or more from the query's code (of its difference to the
   * list's centroid, if those are coded) are passed over; 0 or less, as at the start: none. Useful
   * after {@link #setPolysemousTraining}. Files do not say it: one that is read has 0, as in FAISS.
   */
  public final int polysemousHt() {
    return polysemousHt;
  }

  /** Sets {@link #polysemousHt()}; searches that have begun keep theirs. */
  public final void setPolysemousHt(int threshold) {
    polysemousHt = threshold;
  }

  @Override
  Set<SearchKey> searchKeys() {
    return KEYS;
  }

  @Override
  void check(SearchSettings settings) {
    if (settings.polysemousHt == Integer.MIN_VALUE) {
      settings.polysemousHt = polysemousHt;
    }
    if (settings.exact && settings.polysemousHt > 0) {
      throw new IllegalArgumentException(
          "exact search passes over no code: it does not go with polysemous_ht = "
              + settings.polysemousHt);
    }
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    List<ParameterRange> ranges = new ArrayList<>(super.parameterRanges());
    ranges.add(new ParameterRange("ht", productQuantizer().hammingThresholds()));
    return ranges;
  }

  /** {@code ht}: at the number of bits of a code or above, filtering is off. */
  @Override
  public void setParameter(String name, double value) {
    if (name.equals("ht")) {
      polysemousHt = value >= productQuantizer().codeSize() * 8 ? 0 : (int) value;
    } else {
      super.setParameter(name, value);
    }
  }

  @Override
  long encoderTrainingSize() {
    ProductQuantizer pq = productQuantizer();
    return (long) pq.clusteringParameters().maxPointsPerCentroid() * pq.ksub();
  }

  private boolean scansTerms(IvfState s) {
    return byResidual()
        && !chosenElsewhere()
        && metricType() == MetricType.L2
        && ListTerms.worthwhile(s);
  }

  @Override
  ListScanner scanner(IvfState s) {
    ListScanner all = scansTerms(s) ? new PqResidualScanner(this, s) : super.scanner(s);
    return new PolysemousScanner(
        all, quantizer(), (ProductQuantizer) s.codec, byResidual(), metricType());
  }

  /**
   * Codes that are sieved in registers take 1 to 2 ns a query; to decode a list for a product with
   * many queries costs more than that saves.
   */
  @Override
  boolean groups(IvfState s) {
    return !((ProductQuantizer) s.codec).scansInRegisters() || (byResidual() && !scansTerms(s));
  }

  @Override
  int leastGroup() {
    return LEAST_GROUP;
  }

  @Override
  IndexIVF sibling(Index newQuantizer, IvfState state) {
    IndexIVFPQ index = new IndexIVFPQ(newQuantizer, d(), metricType(), byResidual(), state);
    index.setPolysemousHt(polysemousHt);
    return index;
  }
}
