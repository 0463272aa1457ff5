package io.sagitta.core.cluster;

/** Chooses the {@link NearestKernel} once, when first used. */
final class NearestKernels {
  static final NearestKernel KERNEL = choose();

  private NearestKernels() {}

  private static NearestKernel choose() {
    if ("plain".equals(System.getProperty("sagitta.kernel"))
        || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new PlainNearestKernel();
    }
    return new VectorNearestKernel();
  }
}
