package io.sagitta.core.kernel;

/** The system properties that steer the choice of kernels, read once. */
final class KernelSettings {
  /** Name of the provider to use, or {@code auto}. */
  static final String CHOICE_PROPERTY = "sagitta.kernels";

  /** Upper bound of the vector width in bits: 128, 256 or 512. */
  static final String WIDTH_PROPERTY = "sagitta.simd.width";

  static final String CHOICE = System.getProperty(CHOICE_PROPERTY, "auto");
  static final int WIDTH = width(System.getProperty(WIDTH_PROPERTY));

  private KernelSettings() {}

  private static int width(@org.jspecify.annotations.Nullable String value) {
    if (value == null) {
      return 512;
    }
    return switch (value) {
      case "128" -> 128;
      case "256" -> 256;
      case "512" -> 512;
      default ->
          throw new IllegalArgumentException(
              WIDTH_PROPERTY + "=" + value + ": must be 128, 256 or 512");
    };
  }
}
