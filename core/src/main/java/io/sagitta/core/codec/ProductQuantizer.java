package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.core.cluster.NearestCentroids;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a vector into M parts and codes each by the nearest of 2^nbits centroids: FAISS's {@code
 * ProductQuantizer} (Jégou, Douze, Schmid 2011), with its codes bit for bit and its centroids as
 * far as {@link io.sagitta.core.cluster.Clustering} agrees.
 *
 * <p>{@link #train} and {@link #setCentroids} are for one thread and nobody else meanwhile;
 * everything else is safe for all threads. Holds the centroids three times on heap: as in files,
 * packed for encoding, packed for tables.
 */
public final class ProductQuantizer implements VectorCodec {
  /** The most bits of a sub-code; FAISS reads files of up to 24 and cannot train them. */
  public static final int MAX_BITS = 16;

  private static final int BLOCK_ROWS = 240;

  private final int d;
  private final int m;
  private final int nbits;
  private final int dsub;
  private final int ksub;
  private final int codeSize;
  private float[] centroids = {};
  private @Nullable Codebooks books;
  private float @Nullable [] symmetric;
  private PqTrainType trainType = PqTrainType.DEFAULT;
  private ClusteringParameters clustering = ClusteringParameters.DEFAULTS;
  private @Nullable PolysemousTraining polysemous;

  /**
   * An untrained quantizer.
   *
   * @param d components of a vector, a multiple of M
   * @param m sub-quantizers, ≥ 1
   * @param nbits bits of a sub-code, 1 … 16
   * @throws IllegalArgumentException if one of these is out of its range, or d·2^nbits exceeds an
   *     array
   */
  public ProductQuantizer(int d, int m, int nbits) {
    if (m < 1 || d < 1 || d % m != 0) {
      throw new IllegalArgumentException(
          "dimension d = "
              + d
              + " must be a positive multiple of the M = "
              + m
              + " sub-quantizers");
    }
    if (nbits < 1 || nbits > MAX_BITS) {
      throw new IllegalArgumentException("nbits = " + nbits + " must be in 1 … " + MAX_BITS);
    }
    if ((long) d << nbits > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "d = " + d + " x 2^" + nbits + " centroid components exceed an array");
    }
    this.d = d;
    this.m = m;
    this.nbits = nbits;
    dsub = d / m;
    ksub = 1 << nbits;
    codeSize = PqCodes.size(m, nbits);
  }

  /**
   * A trained quantizer.
   *
   * @param centroids M × 2^nbits × dsub elements
   * @throws IllegalArgumentException as the other constructor, or if the length is another
   */
  public static ProductQuantizer of(int d, int m, int nbits, float[] centroids) {
    ProductQuantizer pq = new ProductQuantizer(d, m, nbits);
    pq.setCentroids(centroids);
    return pq;
  }

  /** Sets all centroids: M × 2^nbits × dsub elements. */
  public void setCentroids(float[] all) {
    if (all.length != d * ksub) {
      throw new IllegalArgumentException(
          "a product quantizer of d = "
              + d
              + " and "
              + nbits
              + " bits has "
              + d * ksub
              + " centroid components, got "
              + all.length);
    }
    centroids = all.clone();
    books = new Codebooks(centroids, m, ksub, dsub);
    symmetric = null;
  }

  @Override
  public int d() {
    return d;
  }

  /** Number of sub-quantizers. */
  public int m() {
    return m;
  }

  /** Bits of a sub-code. */
  public int nbits() {
    return nbits;
  }

  /** Components of a sub-vector: d / M. */
  public int dsub() {
    return dsub;
  }

  /** Centroids of a sub-quantizer: 2^nbits. */
  public int ksub() {
    return ksub;
  }

  @Override
  public int codeSize() {
    return codeSize;
  }

  @Override
  public boolean isTrained() {
    return books != null;
  }

  /** All centroids, M × 2^nbits × dsub; empty before training. */
  public float[] centroids() {
    return centroids.clone();
  }

  /** The array itself, for readers in this package that change nothing. */
  float[] rawCentroids() {
    return centroids;
  }

  /** How the k-means of {@link #train} start. */
  public void setTrainType(PqTrainType type) {
    trainType = type;
  }

  /** The settings of the k-means of {@link #train}. */
  public void setClusteringParameters(ClusteringParameters parameters) {
    clustering = parameters;
  }

  /** The settings of the k-means of {@link #train}. */
  public ClusteringParameters clusteringParameters() {
    return clustering;
  }

  /** Lets {@link #train} number the centroids for polysemous searches; null leaves it out. */
  public void setPolysemousTraining(@Nullable PolysemousTraining training) {
    polysemous = training;
  }

  /** How {@link #train} numbers the centroids, or null if it leaves them as k-means does. */
  public @Nullable PolysemousTraining polysemousTraining() {
    return polysemous;
  }

  /**
   * Learns the centroids.
   *
   * @param x at least 2^nbits vectors
   * @throws IllegalArgumentException if x has another dimension or too few vectors, or holds NaN or
   *     infinity
   * @throws java.util.concurrent.CancellationException if the listener stops it; nothing is changed
   */
  @Override
  public void train(Vectors x, ProgressListener listener) {
    checkDimension(x);
    PolysemousTraining p = polysemous;
    long used = p == null ? x.n() : x.n() - p.keptBack(x.n());
    float[] trained = PqTraining.train(this, trainType, clustering, x.slice(0, used), listener);
    if (p != null) {
      ProductQuantizer plain = of(d, m, nbits, trained);
      trained = p.reorder(plain, x.slice(used, x.n() - used), listener);
    }
    setCentroids(trained);
  }

  private void checkDimension(Vectors x) {
    if (x.d() != d) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the product quantizer " + d);
    }
  }

  Codebooks books(String verb) {
    Codebooks b = books;
    if (b == null) {
      throw new IllegalStateException(
          verb + " before train: the product quantizer has no centroids");
    }
    return b;
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    checkDimension(x);
    Codebooks b = books("encode");
    Parallelism.forRange(
        x.n(), BLOCK_ROWS * 4, (from, to) -> encodeRange(b, x, from, to, codes, offset));
  }

  private void encodeRange(
      Codebooks b, Vectors x, long from, long to, MemorySegment codes, long offset) {
    int most = (int) Math.min(BLOCK_ROWS, to - from);
    float[] rows = new float[NearestCentroids.padded(most) * d];
    byte[] block = new byte[most * codeSize];
    NearestCentroids.Scan[] scans = new NearestCentroids.Scan[m];
    for (int i = 0; i < m; i++) {
      scans[i] = b.nearest(i).scan(most);
    }
    for (long at = from; at < to; at += most) {
      int count = (int) Math.min(most, to - at);
      MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(at), rows, 0, count * d);
      b.centre(rows, count);
      Arrays.fill(block, (byte) 0);
      for (int i = 0; i < m; i++) {
        scans[i].run(rows, i * dsub, d, count);
        for (int r = 0; r < count; r++) {
          // A vector with NaN is near to nothing: like FAISS it gets the first centroid.
          PqCodes.put(block, r * codeSize, i, nbits, Math.max(0, scans[i].label(r)));
        }
      }
      MemorySegment.copy(
          block, 0, codes, ValueLayout.JAVA_BYTE, offset + at * codeSize, count * codeSize);
    }
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    books("decode");
    Parallelism.forRange(
        n,
        BLOCK_ROWS * 16,
        (from, to) -> {
          float[] row = new float[d];
          for (long i = from; i < to; i++) {
            decodeRow(codes, offset + i * codeSize, row, 0);
            MemorySegment.copy(row, 0, out, Vectors.FLOAT, outOffset + i * d * 4, d);
          }
        });
  }

  /**
   * Decodes one code into an array; no checks but the memory's own.
   *
   * @param offset byte of the code
   * @param x receives d elements from {@code at} on
   */
  public void decodeRow(MemorySegment codes, long offset, float[] x, int at) {
    for (int i = 0; i < m; i++) {
      int c = PqCodes.get(codes, offset, i, nbits);
      System.arraycopy(centroids, (i * ksub + c) * dsub, x, at + i * dsub, dsub);
    }
  }

  /**
   * The centroids of a combination one after the other.
   *
   * @param combination sub-codes of nbits each, the first in the lowest bits
   * @param x receives d elements
   */
  public void centroids(long combination, float[] x) {
    long rest = combination;
    for (int i = 0; i < m; i++) {
      int c = (int) rest & ksub - 1;
      rest >>>= nbits;
      System.arraycopy(centroids, (i * ksub + c) * dsub, x, i * dsub, dsub);
    }
  }

  @Override
  public void decodeRows(int n, MemorySegment codes, long offset, float[] out) {
    if (nbits == 8 && Kernels.vectorBits() >= 256 && VectorPqDecoder.fits(dsub)) {
      VectorPqDecoder.decode(centroids, m, dsub, n, codes, offset, out);
      return;
    }
    for (int i = 0; i < n; i++) {
      decodeRow(codes, offset + (long) i * codeSize, out, i * d);
    }
  }

  /**
   * The sub-code of a code, 0 … 2^nbits − 1.
   *
   * @param offset byte of the code
   * @param i sub-quantizer
   */
  public int subCode(MemorySegment codes, long offset, int i) {
    return PqCodes.get(codes, offset, i, nbits);
  }

  /**
   * The distances (L2) or products of a query's parts to all centroids of their sub-quantizers.
   *
   * @param x the query starts at element {@code at}
   * @param table receives M × 2^nbits values from {@code to} on
   */
  public void computeTable(float[] x, int at, boolean innerProduct, float[] table, int to) {
    Codebooks b = books("search");
    b.tables(m, x, at, innerProduct, table, to);
  }

  /**
   * The squared distances between all pairs of centroids of each sub-quantizer (FAISS's SDC table).
   *
   * @return M × 2^nbits × 2^nbits values
   * @throws IllegalArgumentException if so many exceed an array
   */
  public float[] symmetricTable() {
    Codebooks b = books("search");
    if ((long) m * ksub * ksub > Integer.MAX_VALUE - 64) {
      throw new IllegalArgumentException(
          "a symmetric table of M = " + m + " and " + nbits + " bits exceeds an array");
    }
    float[] table = new float[m * ksub * ksub];
    for (int i = 0; i < m; i++) {
      for (int c = 0; c < ksub; c++) {
        int row = i * ksub + c;
        b.table(i, centroids, row * dsub, false, table, row * ksub);
      }
    }
    return table;
  }

  /** {@link #symmetricTable()}, made once for all scorers; not to be changed. */
  synchronized float[] sharedSymmetricTable() {
    float[] table = symmetric;
    if (table == null) {
      table = symmetricTable();
      symmetric = table;
    }
    return table;
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "product quantizer codes can be measured by L2 or inner product, not by " + metric);
    }
    books("search");
    boolean innerProduct = metric == MetricType.INNER_PRODUCT;
    if (nbits != 8) {
      return new PqScorer(this, innerProduct);
    }
    return scansInRegisters()
        ? new PqRegisterScorer(this, innerProduct)
        : new PqByteScorer(this, innerProduct);
  }

  /**
   * Whether runs of codes are scored in registers: 8 bits, M a multiple of 8, and 512-bit kernels.
   */
  public boolean scansInRegisters() {
    return nbits == 8 && m % 8 == 0 && Kernels.vectorBits() == 512;
  }

  /**
   * The Hamming thresholds worth trying (FAISS {@code init_pq_ParameterRange}): even numbers up to
   * half the bits of a code if its bytes are a multiple of 4, then all bits, which filters nothing.
   */
  public List<Double> hammingThresholds() {
    List<Double> values = new ArrayList<>();
    int bits = codeSize * 8;
    if (codeSize % 4 == 0) {
      for (int ht = 2; ht <= bits / 2; ht += 2) {
        values.add((double) ht);
      }
    }
    values.add((double) bits);
    return values;
  }

  @Override
  public ProductQuantizer copy() {
    ProductQuantizer copy = new ProductQuantizer(d, m, nbits);
    copy.trainType = trainType;
    copy.clustering = clustering;
    copy.polysemous = polysemous;
    if (isTrained()) {
      copy.setCentroids(centroids);
    }
    return copy;
  }
}
