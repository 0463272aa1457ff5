package io.sagitta.core.codec;

import io.sagitta.core.kernel.Kernels;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The Vector API form of {@link HammingCost#change}, for 256 and 512 bits. */
final class VectorHammingChange {
  private static final int BITS = Kernels.vectorBits();
  private static final VectorSpecies<Double> D =
      VectorSpecies.of(double.class, VectorShape.forBitSize(BITS));
  private static final VectorSpecies<Integer> I =
      VectorSpecies.of(int.class, VectorShape.forBitSize(BITS / 2));
  private static final int LANES = D.length();

  private VectorHammingChange() {}

  /** As {@link HammingCost#change}; as many codes as a multiple of two vectors. */
  static double of(int[] order, int i, int j, double[] weight, double[] product) {
    int n = order.length;
    int a = order[i];
    int b = order[j];
    double[] sums = new double[2 * LANES];
    add(order, a, b, i * n, j * n, weight, product, sums);
    double sum = 0;
    for (double s : sums) {
      sum += s;
    }
    return 2 * sum;
  }

  private static void add(
      int[] order,
      int a,
      int b,
      int rowI,
      int rowJ,
      double[] weight,
      double[] product,
      double[] sums) {
    DoubleVector even = DoubleVector.zero(D);
    DoubleVector odd = DoubleVector.zero(D);
    for (int k = 0; k < order.length; k += 2 * LANES) {
      even = term(order, k, a, b, rowI + k, rowJ + k, weight, product, even);
      int l = k + LANES;
      odd = term(order, l, a, b, rowI + l, rowJ + l, weight, product, odd);
    }
    even.intoArray(sums, 0);
    odd.intoArray(sums, LANES);
  }

  private static DoubleVector term(
      int[] order,
      int k,
      int a,
      int b,
      int atI,
      int atJ,
      double[] weight,
      double[] product,
      DoubleVector sum) {
    IntVector codes = IntVector.fromArray(I, order, k);
    IntVector x = codes.lanewise(VectorOperators.XOR, a).lanewise(VectorOperators.BIT_COUNT);
    IntVector y = codes.lanewise(VectorOperators.XOR, b).lanewise(VectorOperators.BIT_COUNT);
    // Only i itself has x = 0, and only j has y = 0: their distance does not change.
    VectorMask<Integer> stays =
        x.compare(VectorOperators.EQ, 0).or(y.compare(VectorOperators.EQ, 0));
    IntVector more = y.sub(x).blend(0, stays);
    DoubleVector difference = (DoubleVector) more.convertShape(VectorOperators.I2D, D, 0);
    DoubleVector both = (DoubleVector) x.add(y).convertShape(VectorOperators.I2D, D, 0);
    DoubleVector w =
        DoubleVector.fromArray(D, weight, atI).sub(DoubleVector.fromArray(D, weight, atJ));
    DoubleVector p =
        DoubleVector.fromArray(D, product, atI).sub(DoubleVector.fromArray(D, product, atJ));
    return difference.fma(w.fma(both, p.mul(-2)), sum);
  }
}
