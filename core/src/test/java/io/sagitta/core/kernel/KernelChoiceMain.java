package io.sagitta.core.kernel;

import io.sagitta.core.Distances;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;

/** Started by {@link KernelsTest} in a JVM of its own: says which kernels run, and searches. */
final class KernelChoiceMain {
  private KernelChoiceMain() {}

  public static void main(String[] args) {
    System.out.println("kernels: " + Kernels.describe());
    float[] base = new float[64 * 20];
    for (int i = 0; i < base.length; i++) {
      base[i] = i % 23;
    }
    Vectors v = Vectors.of(base, 20);
    KnnResult r = Distances.knn(v, v, 1, MetricType.L2);
    for (int q = 0; q < 64; q++) {
      if (r.distance(q, 0) != 0) {
        throw new AssertionError("query " + q);
      }
    }
    System.out.println("searched " + r.nq());
  }
}
