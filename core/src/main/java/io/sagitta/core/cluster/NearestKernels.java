package io.sagitta.core.cluster;

import io.sagitta.core.kernel.Kernels;

/** The {@link NearestKernel} that goes with the {@link Kernels} of this JVM. */
final class NearestKernels {
  static final NearestKernel KERNEL = choose();

  private NearestKernels() {}

  private static NearestKernel choose() {
    return Kernels.vectorBits() == 0 ? new PlainNearestKernel() : new VectorNearestKernel();
  }
}
