package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.linalg.Scatter;
import io.sagitta.core.linalg.SymmetricEigen;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Principal components: projects on the directions of largest variance, optionally whitened
 * (eigenPower −½), rotated at random afterwards, or with its components spread over bins.
 *
 * <p>As in FAISS, eigenvalues are those of the scatter matrix, not divided by the number of rows,
 * so a whitened component has unit sum of squares. The signs of the components are not determined.
 * Threads: as {@link VectorTransform} says. Source: FAISS {@code PCAMatrix}.
 */
public final class PCAMatrix extends LinearTransform {
  /** At most as many training rows for each input dimension. */
  private static final long MAX_POINTS_PER_D = 1000;

  private static final int ROTATION_SEED = 5;

  private final float eigenPower;
  private final float epsilon;
  private final boolean randomRotation;
  private final int balancedBins;
  private final boolean centred;
  private float[] mean = {};
  private float[] eigenvalues = {};
  private float[] components = {};

  /** Without whitening, rotation or bins. */
  public PCAMatrix(int dIn, int dOut) {
    this(dIn, dOut, 0, false);
  }

  /**
   * @param eigenPower component i is scaled by eigenvalue_i^eigenPower: −0.5 whitens
   * @param randomRotation rotate the components afterwards
   */
  public PCAMatrix(int dIn, int dOut, float eigenPower, boolean randomRotation) {
    this(dIn, dOut, new Settings(eigenPower, 0, randomRotation, 0), true);
  }

  /**
   * The settings of a PCA.
   *
   * @param epsilon added to eigenvalues before they are raised to eigenPower, if not rotated
   * @param balancedBins 0, or a divisor of dOut: components are spread over as many bins of equal
   *     variance
   */
  public record Settings(
      float eigenPower, float epsilon, boolean randomRotation, int balancedBins) {}

  /**
   * @param centred subtract the mean; ITQ's PCA does not
   * @throws IllegalArgumentException if bins and rotation are both asked for, or dOut is no
   *     multiple of the bins
   */
  public PCAMatrix(int dIn, int dOut, Settings settings, boolean centred) {
    super(dIn, dOut);
    eigenPower = settings.eigenPower();
    epsilon = settings.epsilon();
    randomRotation = settings.randomRotation();
    balancedBins = settings.balancedBins();
    this.centred = centred;
    if (balancedBins != 0 && (randomRotation || balancedBins < 0 || dOut % balancedBins != 0)) {
      throw new IllegalArgumentException(
          "balancedBins = "
              + balancedBins
              + " must divide dOut = "
              + dOut
              + " and does not go with a random rotation");
    }
  }

  /** From a file: everything given. */
  static PCAMatrix of(
      int dIn, int dOut, Settings settings, float[][] statistics, float[] a, float[] b) {
    PCAMatrix pca = new PCAMatrix(dIn, dOut, settings, true);
    pca.mean = statistics[0];
    pca.eigenvalues = statistics[1];
    pca.components = statistics[2];
    if (a.length > 0) {
      pca.set(a, b);
    }
    return pca;
  }

  /** The settings. */
  public Settings settings() {
    return new Settings(eigenPower, epsilon, randomRotation, balancedBins);
  }

  /** The mean that was subtracted, dIn elements. */
  public float[] mean() {
    return mean.clone();
  }

  /** The eigenvalues of the scatter matrix, largest first. */
  public float[] eigenvalues() {
    return eigenvalues.clone();
  }

  /** All principal directions, dIn elements each, in the order of {@link #eigenvalues()}. */
  public float[] components() {
    return components.clone();
  }

  @Override
  void learn(Vectors all, ProgressListener listener) {
    int d = dIn();
    Vectors x = TrainingSample.of(all, MAX_POINTS_PER_D * d);
    if (x.n() < 1 || dOut() > Math.min(x.n(), d)) {
      throw new IllegalArgumentException(
          "a PCA from "
              + d
              + " to "
              + dOut()
              + " dimensions needs at least "
              + dOut()
              + " training rows and no more output dimensions than input, got "
              + x.n()
              + " rows");
    }
    float[] newMean = centred ? Scatter.mean(x) : new float[d];
    if (x.n() >= d) {
      SymmetricEigen eigen = SymmetricEigen.of(Scatter.around(newMean, x, listener), d);
      components = new float[d * d];
      eigenvalues = new float[d];
      for (int i = 0; i < d; i++) {
        eigenvalues[i] = (float) eigen.value(i);
        for (int j = 0; j < d; j++) {
          components[i * d + j] = (float) eigen.component(i, j);
        }
      }
    } else {
      fromGram(x, newMean);
    }
    mean = newMean;
    prepare();
  }

  /** Fewer rows than dimensions: the directions lie in the span of the rows. */
  private void fromGram(Vectors x, float[] newMean) {
    int n = (int) x.n();
    int d = dIn();
    double[] rows = new double[n * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        rows[i * d + j] = x.get(i, j) - newMean[j];
      }
    }
    double[] gram = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k <= i; k++) {
        double sum = 0;
        for (int j = 0; j < d; j++) {
          sum += rows[i * d + j] * rows[k * d + j];
        }
        gram[i * n + k] = sum;
      }
    }
    SymmetricEigen eigen = SymmetricEigen.of(gram, n);
    components = new float[n * d];
    eigenvalues = new float[d];
    double[] direction = new double[d];
    for (int i = 0; i < n; i++) {
      eigenvalues[i] = (float) eigen.value(i);
      Arrays.fill(direction, 0);
      double norm = 0;
      for (int k = 0; k < n; k++) {
        double weight = eigen.component(i, k);
        for (int j = 0; j < d; j++) {
          direction[j] += weight * rows[k * d + j];
        }
      }
      for (double v : direction) {
        norm += v * v;
      }
      double scale = norm > 0 ? 1 / Math.sqrt(norm) : 0;
      for (int j = 0; j < d; j++) {
        components[i * d + j] = (float) (direction[j] * scale);
      }
    }
  }

  private void prepare() {
    int in = dIn();
    int out = dOut();
    float[] a = Arrays.copyOf(components, out * in);
    if (randomRotation) {
      float[] rotation = RandomRotationMatrix.rotation(out, out, ROTATION_SEED);
      for (int i = 0; i < out && eigenPower != 0; i++) {
        float factor = (float) Math.pow(eigenvalues[i], eigenPower);
        for (int j = 0; j < out; j++) {
          rotation[j * out + i] *= factor;
        }
      }
      LinearTransform rotate = new LinearTransform(out, out, rotation, new float[0]);
      a = columnsThrough(rotate, a, in);
    } else {
      for (int i = 0; i < out && eigenPower != 0; i++) {
        float factor = (float) Math.pow(eigenvalues[i] + epsilon, eigenPower);
        for (int j = 0; j < in; j++) {
          a[i * in + j] *= factor;
        }
      }
      if (balancedBins != 0) {
        a = spread(a);
      }
    }
    float[] b = new float[out];
    for (int i = 0; i < out; i++) {
      double sum = 0;
      for (int j = 0; j < in; j++) {
        sum -= (double) mean[j] * a[i * in + j];
      }
      b[i] = (float) sum;
    }
    set(a, b);
  }

  /** R·A: every column of A, as a vector, through the rotation. */
  private static float[] columnsThrough(LinearTransform rotate, float[] a, int in) {
    int out = rotate.dIn();
    float[] columns = new float[in * out];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        columns[j * out + i] = a[i * in + j];
      }
    }
    float[] turned = new float[in * out];
    rotate.apply(Vectors.of(columns, out), MemorySegment.ofArray(turned));
    float[] result = new float[in * out];
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        result[i * in + j] = turned[j * out + i];
      }
    }
    return result;
  }

  /** Gives each component, largest first, to the bin that has least and is not full. */
  private float[] spread(float[] a) {
    int in = dIn();
    int perBin = dOut() / balancedBins;
    float[] filled = new float[balancedBins];
    int[] count = new int[balancedBins];
    float[] result = new float[a.length];
    for (int i = 0; i < dOut(); i++) {
      int best = -1;
      for (int j = 0; j < balancedBins; j++) {
        if (count[j] < perBin && (best < 0 || filled[j] < filled[best])) {
          best = j;
        }
      }
      System.arraycopy(a, i * in, result, (best * perBin + count[best]) * in, in);
      filled[best] += eigenvalues[i];
      count[best]++;
    }
    return result;
  }

  @Override
  public PCAMatrix copy() {
    PCAMatrix copy = new PCAMatrix(dIn(), dOut(), settings(), centred);
    copy.mean = mean;
    copy.eigenvalues = eigenvalues;
    copy.components = components;
    if (isTrained()) {
      copy.set(a(), b());
    }
    return copy;
  }
}
