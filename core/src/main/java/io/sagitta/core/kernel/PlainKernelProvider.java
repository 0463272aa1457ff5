package io.sagitta.core.kernel;

/** Portable Java: complete, usable everywhere, the reference that the others are tested against. */
public final class PlainKernelProvider implements KernelProvider {
  /** For {@code ServiceLoader}. */
  public PlainKernelProvider() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public boolean isUsable() {
    return true;
  }

  @Override
  public KernelSet create() {
    return new KernelSet(
        "plain",
        0,
        new PlainDistanceKernels(),
        new PlainMatrixKernels(),
        new PlainMetricKernels(),
        new PlainFastScanKernels(),
        new PlainCodeKernels(),
        new PlainQueueKernels());
  }
}
