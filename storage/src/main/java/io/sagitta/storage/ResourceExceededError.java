package io.sagitta.storage;

/**
 * An operation was not admitted because it would go over a limit of the {@link ResourceQuota}.
 *
 * <p>It carries the limit's name and value, what was in use and what was asked for; nothing was
 * taken.
 */
public class ResourceExceededError extends StorageError {
  private static final long serialVersionUID = 1L;

  private final String limitName;
  private final long limit;
  private final long used;
  private final long requested;

  /**
   * @param limitName the name of the field of {@link ResourceQuota}
   * @param limit its value, in the field's unit
   * @param used what was taken when the request came, in the same unit
   * @param requested what the request asked for on top, in the same unit
   */
  public ResourceExceededError(String limitName, long limit, long used, long requested) {
    super(
        limitName
            + " is "
            + limit
            + ", in use are "
            + used
            + ", and the request asks for "
            + requested
            + " more");
    this.limitName = limitName;
    this.limit = limit;
    this.used = used;
    this.requested = requested;
  }

  /** The name of the limit, as it is spelt in {@link ResourceQuota}. */
  public String limitName() {
    return limitName;
  }

  /** The value of the limit, in its own unit (bytes, vectors, searches, dimensions). */
  public long limit() {
    return limit;
  }

  /** What was in use when the request came, in the limit's unit. */
  public long used() {
    return used;
  }

  /** What the request asked for, in the limit's unit. */
  public long requested() {
    return requested;
  }
}
