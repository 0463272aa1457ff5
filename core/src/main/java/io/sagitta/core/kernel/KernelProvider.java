package io.sagitta.core.kernel;

/**
 * A source of kernels, found by {@code ServiceLoader}. Core brings two: {@code plain} (portable
 * Java, always usable) and {@code vector} (the incubating Vector API). A provider's class must load
 * and link on every JVM; only {@link #create()} may touch what may be missing.
 */
public interface KernelProvider {
  /** The name that {@code -Dsagitta.kernels} selects it by. */
  String name();

  /** Among usable providers the one of highest priority is taken. */
  int priority();

  /** Whether {@link #create()} will succeed on this JVM. */
  boolean isUsable();

  /** Makes the kernels; called at most once per JVM, and only when {@link #isUsable()}. */
  KernelSet create();
}
