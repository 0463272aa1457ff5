package io.sagitta.ivf;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;

/**
 * What is set on an inverted file: its quantizer, its number of lists, and how it is trained and
 * probed. Settings may be changed at any time by any thread; a search takes those it finds when it
 * begins.
 */
abstract class IvfBase extends AbstractIndex<IvfState> implements TunableIndex {
  private final Index quantizer;
  private final int nlist;
  private final boolean byResidual;
  private volatile int nprobe = 1;
  private volatile long maxCodes;
  private volatile int trainsAlone;
  private volatile ClusteringParameters clustering;
  private volatile int prefetchThreads;

  IvfBase(
      Index quantizer,
      int d,
      int nlist,
      MetricType metric,
      float metricArg,
      boolean byResidual,
      IvfState first) {
    super(d, metric, metricArg, first);
    if (quantizer.d() != d) {
      throw new IllegalArgumentException(
          "the quantizer has dimension " + quantizer.d() + ", the index " + d);
    }
    this.quantizer = quantizer;
    this.nlist = nlist;
    this.byResidual = byResidual;
    this.clustering =
        ClusteringParameters.DEFAULTS
            .withNiter(10)
            .withSpherical(metric == MetricType.INNER_PRODUCT);
  }

  static int checkNlist(long nlist) {
    if (nlist < 1 || nlist > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("nlist = " + nlist + " must be in [1, 2^31)");
    }
    return (int) nlist;
  }

  /** Takes over nprobe, budget and training settings. */
  final void takeSettings(IvfBase other) {
    nprobe = other.nprobe;
    maxCodes = other.maxCodes;
    trainsAlone = other.trainsAlone;
    clustering = other.clustering;
    prefetchThreads = other.prefetchThreads;
  }

  /** Number of lists. */
  public final int nlist() {
    return nlist;
  }

  /** The coarse quantizer; for reading. */
  public final Index quantizer() {
    return quantizer;
  }

  /** Whether codes are of the difference to the centroid. */
  public final boolean byResidual() {
    return byResidual;
  }

  /** Lists a search visits unless its parameters say otherwise; 1 at first. */
  public final int nprobe() {
    return nprobe;
  }

  /**
   * Sets {@link #nprobe()}; more than nlist means all lists.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public final void setNprobe(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("nprobe = " + n + " must be at least 1");
    }
    nprobe = n;
  }

  /** Takes a file's nprobe as it is; a search with 0 is refused. */
  final void nprobeFromFile(int n) {
    nprobe = n;
  }

  /** Threads that bring in the lists of a search while it begins; 0 at first: none. */
  public final int prefetchThreads() {
    return prefetchThreads;
  }

  /**
   * Sets {@link #prefetchThreads()}: a search of mapped lists then has up to so many threads read
   * the lists it is about to scan (FAISS's lists on disk have 32). For files larger than memory;
   * where the file is cached it costs the start of the threads for nothing.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public final void setPrefetchThreads(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("prefetch threads = " + n + " must not be negative");
    }
    prefetchThreads = n;
  }

  /**
   * Reads lists of a mapped file into memory in the background (FAISS {@code prefetch_lists}), for
   * a search that is going to scan them. Lists in memory are left alone.
   *
   * @param lists list numbers; negative ones are passed over
   * @return how many bytes were read or found in memory, once that is known; may be ignored
   * @throws IllegalArgumentException if a list does not exist
   */
  public final Future<Long> prefetchLists(long... lists) {
    for (long l : lists) {
      if (l >= nlist) {
        throw ProbeWalk.badList(l, nlist);
      }
    }
    return ListPrefetch.start(snapshot(), lists, Math.max(prefetchThreads, 8));
  }

  /** Before a scan of mapped lists, if that is wanted. */
  final void prefetch(IvfState s, long[] lists, long n) {
    int threads = prefetchThreads;
    if (threads > 0 && ListPrefetch.pays(s)) {
      // The scan that comes next meets whatever goes wrong here, and says so.
      Future<Long> unused = ListPrefetch.start(snapshot(), Arrays.copyOf(lists, (int) n), threads);
    }
  }

  /** Budget of codes a search scans, 0 = none. */
  public final long maxCodes() {
    return maxCodes;
  }

  /**
   * Sets {@link #maxCodes()}.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public final void setMaxCodes(long n) {
    if (n < 0) {
      throw new IllegalArgumentException("max_codes = " + n + " must not be negative");
    }
    maxCodes = n;
  }

  /**
   * How the quantizer is trained: 0 k-means with the quantizer assigning, 1 it trains itself, 2
   * k-means with a flat assigner, the centroids are then added to it.
   */
  public final int quantizerTrainsAlone() {
    return trainsAlone;
  }

  /**
   * Sets {@link #quantizerTrainsAlone()}.
   *
   * @throws IllegalArgumentException unless 0, 1 or 2
   */
  public final void setQuantizerTrainsAlone(int mode) {
    if (mode < 0 || mode > 2) {
      throw new IllegalArgumentException("quantizer_trains_alone = " + mode + " must be 0, 1 or 2");
    }
    trainsAlone = mode;
  }

  /** Settings of the coarse k-means: 10 iterations, spherical for inner product. */
  public final ClusteringParameters clusteringParameters() {
    return clustering;
  }

  /** Sets {@link #clusteringParameters()}. */
  public final void setClusteringParameters(ClusteringParameters p) {
    clustering = p;
  }

  /** Bytes of one code. */
  public final int codeSize() {
    return read(s -> s.codec.codeSize());
  }

  /** Vectors in a list. */
  public final int listSize(int list) {
    return read(s -> ListInspection.list(s, list).size());
  }

  /** Ids of a list, in its order. */
  public final long[] listIds(int list) {
    return read(s -> ListInspection.ids(s, list));
  }

  /** Codes of a list, in its order: size × {@link #codeSize()} bytes. */
  public final byte[] listCodes(int list) {
    return read(s -> ListInspection.codes(s, list));
  }

  /** How uneven the lists are: 1 for equal ones (FAISS {@code imbalance_factor}). */
  public final double imbalanceFactor() {
    return read(ListInspection::imbalance);
  }

  /** Bytes of codes and ids in use, without room to grow. */
  public final long listBytes() {
    return read(ListInspection::bytes);
  }

  @Override
  public List<ParameterRange> parameterRanges() {
    List<Double> probes = new ArrayList<>();
    for (int i = 0; i <= 12 && 1 << i < nlist; i++) {
      probes.add((double) (1 << i));
    }
    List<ParameterRange> ranges = new ArrayList<>();
    ranges.add(new ParameterRange("nprobe", probes));
    if (quantizer instanceof TunableIndex t) {
      for (ParameterRange r : t.parameterRanges()) {
        ranges.add(new ParameterRange("quantizer_" + r.name(), r.values()));
      }
    }
    return ranges;
  }

  @Override
  public void setParameter(String name, double value) {
    switch (name) {
      case "nprobe" -> setNprobe((int) value);
      case "max_codes" -> setMaxCodes(Double.isInfinite(value) ? 0 : (long) value);
      default -> {
        if (name.startsWith("quantizer_") && quantizer instanceof TunableIndex t) {
          t.setParameter(name.substring("quantizer_".length()), value);
        } else {
          throw new IllegalArgumentException(
              getClass().getSimpleName() + " has no parameter \"" + name + "\"");
        }
      }
    }
  }

  @Override
  public final boolean storesIds() {
    return true;
  }
}
