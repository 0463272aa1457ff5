package io.sagitta.core.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The kernels of this JVM, chosen once when this class is first used.
 *
 * <p>{@code -Dsagitta.kernels=plain|vector} forces a provider; without it the fastest usable one is
 * taken. {@code -Dsagitta.simd.width=128|256|512} caps the width of the vector ones. The fields are
 * {@code static final}, so the JIT compiler binds every call directly.
 *
 * <p>When the Vector API is absent and nothing was forced, one INFO line of the {@code
 * System.Logger} named {@code io.sagitta.core.kernel} says how to get it.
 */
public final class Kernels {
  private static final KernelSet CHOSEN = choose(KernelSettings.CHOICE, providers());

  /** One query against one or several vectors. */
  public static final DistanceKernels DISTANCES = CHOSEN.distances();

  /** Query block against vector block. */
  public static final MatrixKernels MATRIX = CHOSEN.matrix();

  /** Queries per group of {@link #MATRIX}. */
  public static final int QUERY_GROUP = MATRIX.queryGroup();

  /** The metrics besides L2 and inner product. */
  public static final MetricKernels METRICS = CHOSEN.metrics();

  /** Sums of table entries by 4-bit codes. */
  public static final FastScanKernels FAST_SCAN = CHOSEN.fastScan();

  /** The small loops of the fast codecs. */
  public static final CodeKernels CODES = CHOSEN.codes();

  /** The loop over a candidate list. */
  public static final QueueKernels QUEUES = CHOSEN.queues();

  private Kernels() {}

  /** Which kernels run, such as {@code vector, 512 bit} or {@code plain}. */
  public static String describe() {
    return CHOSEN.description();
  }

  /**
   * SIMD width of the chosen kernels in bits: 128, 256 or 512; 0 when they are plain Java. Other
   * packages choose their own inner loops by it.
   */
  public static int vectorBits() {
    return CHOSEN.vectorBits();
  }

  private static List<KernelProvider> providers() {
    List<KernelProvider> found = new ArrayList<>();
    for (KernelProvider p :
        ServiceLoader.load(KernelProvider.class, Kernels.class.getClassLoader())) {
      found.add(p);
    }
    // A repackaged jar that lost its service files still works.
    if (found.stream().noneMatch(PlainKernelProvider.class::isInstance)) {
      found.add(new PlainKernelProvider());
      found.add(new VectorKernelProvider());
    }
    return found;
  }

  static KernelSet choose(String choice, List<KernelProvider> providers) {
    KernelProvider best = null;
    for (KernelProvider p : providers) {
      if (choice.equals("auto")) {
        if (p.isUsable() && (best == null || p.priority() > best.priority())) {
          best = p;
        }
      } else if (p.name().equals(choice)) {
        best = p;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          KernelSettings.CHOICE_PROPERTY
              + "="
              + choice
              + ": no such kernels; there are auto"
              + providers.stream().map(p -> ", " + p.name()).reduce("", String::concat));
    }
    if (!best.isUsable()) {
      throw new IllegalStateException(
          KernelSettings.CHOICE_PROPERTY + "=" + choice + ": " + VectorKernelProvider.HINT);
    }
    if (choice.equals("auto") && best instanceof PlainKernelProvider) {
      System.getLogger("io.sagitta.core.kernel")
          .log(
              System.Logger.Level.INFO,
              "Sagitta runs its plain Java kernels, which are correct but several times slower: "
                  + VectorKernelProvider.HINT);
    }
    return best.create();
  }
}
