package io.sagitta.core.kernel;

/**
 * Products of a block of queries with a block of vectors: the inner loop of flat batches, k-means,
 * PQ training and PQ tables.
 *
 * <p><b>Panels.</b> The vectors of a block lie dimension-major in panels of {@link #panelWidth()}:
 * component i of vector v is {@code panel[pOff + i·panelWidth + v]}. Queries lie in groups of
 * {@link #queryGroup()}: component i of query j is {@code q[qOff + i·queryGroup + j]}. So a tile is
 * loaded with whole registers and needs no horizontal sum; {@link PackedRows} and {@link
 * PackedQueries} make both forms.
 *
 * <p>A product is summed over i in ascending order by one accumulator per pair. It is therefore
 * independent of the place of the vector in its panel, and exact where all partial sums are.
 *
 * <p>Arrays are the caller's. Stateless; any thread may call. Offsets are in elements; a slip
 * outside an array throws {@code IndexOutOfBoundsException}.
 */
public abstract class MatrixKernels {
  /** For the providers of this package. */
  protected MatrixKernels() {}

  /** Vectors per panel: a power of two, at most 64, the same for the life of the JVM. */
  public abstract int panelWidth();

  /** Queries per group: at most 16, the same for the life of the JVM. */
  public abstract int queryGroup();

  /**
   * {@code out[outOff + j·panelWidth + v] = bias[biasOff + v] + Σ_i q[qOff + i·queryGroup + j] ·
   * panel[pOff + i·panelWidth + v]} for every query j of the group and vector v of the panel.
   */
  public abstract void tile(
      float[] q,
      int qOff,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] out,
      int outOff);

  /**
   * As {@link #tile}, but keeps only what can matter: the row of query j is written when at least
   * one of its values is not ≤ {@code limit[limitOff + j]} (NaN is not ≤ anything, so it passes).
   *
   * @return bit j set when row j was written; the other rows of {@code out} are unspecified
   */
  public abstract int tileAbove(
      float[] q,
      int qOff,
      float[] panel,
      int pOff,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff);

  /**
   * Squared distances of one query to the vectors of one panel by the direct formula: {@code
   * out[outOff + v] = Σ_i (x[xOff+i] − panel[pOff + i·panelWidth + v])²}. For small d: PQ tables,
   * encoding.
   */
  public abstract void l2Panel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff);

  /** Inner products of one query with the vectors of one panel; otherwise as {@link #l2Panel}. */
  public abstract void ipPanel(
      float[] x, int xOff, float[] panel, int pOff, int d, float[] out, int outOff);

  /**
   * Inner products without any packing: {@code out[outOff + j·ld + i] = Σ q_j·y_i} for nq queries
   * from {@code qOff} on and n rows from {@code yOff} on, both row after row of d floats. For a few
   * queries, for which panels of the rows would not pay.
   *
   * @param nq a multiple of 2
   * @param n a multiple of 4
   */
  public abstract void rowProducts(
      float[] q,
      int qOff,
      int nq,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] out,
      int outOff,
      int ld);

  /**
   * Queries per panel of {@link #queriesAbove}: a power of two, the same for the life of the JVM.
   */
  public abstract int queryPanel();

  /**
   * Whether {@link #queriesAbove} is the fastest way from a handful of queries on. With registers
   * of 16 floats eight queries fill half a panel, and {@link #rowProducts} is faster.
   */
  public abstract boolean prefersQueryPanels();

  /**
   * Rows that are not packed against packed queries: {@code out[outOff + 2r·queryPanel + j] =
   * bias[biasOff + r] + Σ_i panel[pOff + i·queryPanel + j] · y[yOff + r·d + i]} for row r of n and
   * query j of one panel or of two that follow each other. A row is written when at least one of
   * its values is not ≤ {@code limit[limitOff + j]} (NaN is not ≤ anything, so it passes).
   *
   * @param panels 1 or 2
   * @param n 1 to 64
   * @param bias has room for n rounded up to eight from biasOff on
   * @return bit r set when row r was written; the other rows of {@code out} are unspecified
   */
  public abstract long queriesAbove(
      float[] panel,
      int pOff,
      int panels,
      float[] y,
      int yOff,
      int n,
      int d,
      float[] bias,
      int biasOff,
      float[] limit,
      int limitOff,
      float[] out,
      int outOff);

  /**
   * Which of n ≤ 64 sums {@code x[xOff + i] + bias[i]} are not ≤ {@code limit}: bit i for each.
   * Both arrays must have 64 elements from there on; what lies behind n is read, not reported.
   */
  public abstract long rowsAbove(float[] x, int xOff, float[] bias, float limit, int n);

  /**
   * Squared norms of n rows of d floats: {@code out[i] = Σ y_i²}.
   *
   * @param n a multiple of 4
   */
  public abstract void rowNorms(float[] y, int n, int d, float[] out);

  /**
   * A value that at least k of the given ones reach, and few more: the k-th largest or a little
   * below it. The values lie in strips of {@link #panelWidth()}, as {@link #tile} writes them.
   *
   * <p>Halving of an interval by counting; for small k only the largest of every {@code strips}/2
   * values are looked at, so some values between the k-th largest and the result may be missed, but
   * never does the result lie above the k-th largest.
   *
   * @param x strips of panelWidth values, the first at {@code off}
   * @param step elements from one strip to the next
   * @param strips how many, at least 1
   * @param k at least 1
   * @return −∞ if fewer than k values are above −∞; NaN if one is NaN or +∞
   */
  public abstract float cut(float[] x, int off, int step, int strips, int k);

  /**
   * Which values of strips as in {@link #cut} are not ≤ {@code limit}.
   *
   * @param out receives the positions (strip · panelWidth + lane), ascending; as long as there are
   *     values
   * @return how many
   */
  public abstract int stripsAbove(float[] x, int off, int step, int strips, float limit, int[] out);
}
