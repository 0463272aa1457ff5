package io.sagitta.core.kernel;

/** Kernels on the incubating Vector API; unusable, never broken, when its module is absent. */
public final class VectorKernelProvider implements KernelProvider {
  static final String HINT =
      "start Java with --add-modules jdk.incubator.vector to get the fast (SIMD) ones";

  /** For {@code ServiceLoader}. */
  public VectorKernelProvider() {}

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int priority() {
    return 100;
  }

  /** Whether the module is there and readable; asked by name, so that nothing of it is linked. */
  @Override
  public boolean isUsable() {
    try {
      Class.forName(
          "jdk.incubator.vector.FloatVector", false, VectorKernelProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }

  @Override
  public KernelSet create() {
    return new KernelSet(
        "vector, " + Simd.SPECIES.vectorBitSize() + " bit",
        Simd.SPECIES.vectorBitSize(),
        new VectorDistanceKernels(),
        new VectorMatrixKernels(),
        new VectorMetricKernels(),
        fastScan(Simd.SPECIES.vectorBitSize()),
        new VectorCodeKernels(),
        new VectorQueueKernels());
  }

  private static FastScanKernels fastScan(int width) {
    return switch (width) {
      case 512 -> new Vector512FastScanKernels();
      case 256 -> new Vector256FastScanKernels();
      // Eight 16-bit lanes cannot hold a table of sixteen entries.
      default -> new PlainFastScanKernels();
    };
  }
}
