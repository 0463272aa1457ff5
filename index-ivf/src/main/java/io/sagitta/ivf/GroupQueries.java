package io.sagitta.ivf;

import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;

/**
 * The queries of a batch that probe one list, gathered one after the other (as residuals where the
 * list holds residuals), with what a product must exceed to matter to each, and the candidates that
 * one thread has found for all queries of the batch.
 *
 * <p>Scratch for one thread.
 */
final class GroupQueries {
  /** Room behind the members: tiles and panels take up to so many more. */
  static final int PAD = 64;

  /** Half a unit in the last place of 1. */
  private static final float EPS = 0x1p-24f;

  final CandidateHeaps heaps = new CandidateHeaps();

  /** Members of the list, padded rows of d. */
  float[] gathered = new float[0];

  /** What a product (plus bias) of each member must exceed; +∞ for the padding. */
  float[] limits = new float[0];

  private float[] gatheredNorms = new float[0];
  private int[] members = new int[0];
  private float[] offsets = new float[0];
  private float[] centroid = new float[0];
  private MemorySegment centroidMemory = MemorySegment.NULL;
  private float[] x = new float[0];
  private float[] norms = new float[0];
  private float[] coarse = new float[0];
  private int d;
  private int width;
  private boolean similarity;
  private float largest;

  GroupQueries() {}

  /**
   * A new batch.
   *
   * @param queries nq × dim
   * @param queryNorms their squared norms
   * @param coarseDistances nq × probes
   */
  void begin(
      float[] queries,
      float[] queryNorms,
      float[] coarseDistances,
      int nq,
      int dim,
      int k,
      int probes,
      boolean isSimilarity) {
    x = queries;
    norms = queryNorms;
    coarse = coarseDistances;
    d = dim;
    width = probes;
    similarity = isSimilarity;
    heaps.begin(nq, k + 1);
    if (centroid.length != d) {
      centroid = new float[d];
      centroidMemory = MemorySegment.ofArray(centroid);
    }
  }

  /** Gathers the queries of pairs [from, from + m) of {@code order}, which probe {@code list}. */
  void gather(IndexIVF index, int list, int[] order, int from, int m) {
    int padded = m + PAD;
    if (gathered.length < padded * d) {
      gathered = new float[padded * d];
    }
    if (limits.length < padded) {
      limits = new float[padded];
      gatheredNorms = new float[padded];
      members = new int[padded];
      offsets = new float[padded];
    }
    boolean shift = index.byResidual() && !similarity;
    if (shift) {
      index.quantizer().reconstruct(list, centroidMemory, 0);
    }
    for (int j = 0; j < m; j++) {
      int pair = order[from + j];
      int q = pair / width;
      members[j] = q;
      offsets[j] = similarity && index.byResidual() ? coarse[pair] : 0f;
      if (shift) {
        for (int i = 0; i < d; i++) {
          gathered[j * d + i] = x[q * d + i] - centroid[i];
        }
        gatheredNorms[j] = Kernels.DISTANCES.squaredNorm(gathered, j * d, d);
      } else {
        System.arraycopy(x, q * d, gathered, j * d, d);
        gatheredNorms[j] = norms[q];
      }
    }
    java.util.Arrays.fill(limits, m, padded, Float.POSITIVE_INFINITY);
  }

  /** Sets the limits of the first m members for rows of squared norms up to {@code largestNorm}. */
  void limit(int m, float largestNorm) {
    largest = largestNorm;
    for (int j = 0; j < m; j++) {
      limits[j] = limit(j);
    }
  }

  /**
   * What a product (plus bias) of member j must exceed to be looked at: the exact bound, less what
   * rounding may have taken. A sum of d products is off by at most d·EPS·‖x‖·‖y‖, and norms and
   * differences by as much again.
   */
  private float limit(int j) {
    float bound = heaps.bound(members[j]);
    if (bound == Float.MAX_VALUE || !(largest < Float.MAX_VALUE)) {
      return Float.NaN;
    }
    float norm = gatheredNorms[j];
    float slack = 2 * (d + 8) * EPS * (norm + largest);
    if (similarity) {
      return -bound - offsets[j] - slack - 4 * EPS * Math.abs(bound);
    }
    return 0.5f * (norm - bound) - slack;
  }

  /** The key of a row's distance by the direct formula: the smaller the better. */
  float key(int member, MemorySegment rows, long at) {
    return similarity
        ? -Kernels.DISTANCES.ip(gathered, member * d, rows, at, d)
        : Kernels.DISTANCES.l2(gathered, member * d, rows, at, d);
  }

  /** As the other one, of a decoded row. */
  float key(int member, float[] rows, int at) {
    return similarity
        ? -(Kernels.DISTANCES.ip(gathered, member * d, rows, at, d) + offsets[member])
        : Kernels.DISTANCES.l2(gathered, member * d, rows, at, d);
  }

  boolean accepts(int member, float key) {
    return key < heaps.bound(members[member]);
  }

  /** Keeps a candidate that is accepted. */
  void add(int member, float key, long id) {
    heaps.add(members[member], key, id);
    limits[member] = limit(member);
  }
}
