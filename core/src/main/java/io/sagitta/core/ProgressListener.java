package io.sagitta.core;

/**
 * Hears how far a long verb (train, add, build) has come, and may stop it.
 *
 * <p>Called on the verb's own thread, never concurrently for one call.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Hears nothing and never stops. */
  ProgressListener NONE = (stage, done, total) -> true;

  /**
   * @param stage a short name of the step, such as {@code "k-means"}
   * @param done units finished
   * @param total units in all, or −1 if unknown
   * @return false to stop: the verb then throws {@link java.util.concurrent.CancellationException}
   *     and the index is as before the call
   */
  boolean progress(String stage, long done, long total);

  /**
   * Reports, and turns a false answer into the documented exception.
   *
   * @throws java.util.concurrent.CancellationException if the listener asks to stop
   */
  default void report(String stage, long done, long total) {
    if (!progress(stage, done, total)) {
      throw new java.util.concurrent.CancellationException(
          "stopped by its listener during " + stage + " at " + done + " of " + total);
    }
  }
}
