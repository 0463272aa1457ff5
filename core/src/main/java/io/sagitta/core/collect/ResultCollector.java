package io.sagitta.core.collect;

/**
 * Receives the candidates of one query, in the order they are visited. A scan may skip whatever is
 * not strictly better than {@link #threshold()} and must offer everything else.
 *
 * <p>For one thread at a time. Source: FAISS {@code ResultHandler}.
 */
public abstract class ResultCollector {
  /**
   * The bound a candidate must beat <em>strictly</em> (be smaller than; larger than for
   * similarities). Subclasses lower it as they fill. NaN never beats it.
   */
  protected float threshold;

  /**
   * @param threshold the first bound, such as the metric's worst value or a radius
   */
  protected ResultCollector(float threshold) {
    this.threshold = threshold;
  }

  /** The bound a candidate must beat strictly to be of interest. */
  public final float threshold() {
    return threshold;
  }

  /**
   * Offers a candidate. Called for candidates that beat the threshold, and allowed for others
   * (which then change nothing).
   *
   * @return whether the threshold changed
   */
  public abstract boolean add(float distance, long id);
}
