package io.sagitta.storage;

/**
 * An operation under a quota, as a try-with-resources block: it is admitted or refused at the
 * start, and what it took and did not use is given back at the end.
 *
 * <pre>{@code
 * try (ResourceContext context = ResourceContext.add(monitor, 100, 768, 100 * 768 * 4)) {
 *   index.add(vectors);
 *   context.succeed(100);
 * }
 * }</pre>
 *
 * <p>Without {@link #succeed} the operation counts as failed: an add gives back its vectors and
 * memory, a removal frees nothing. A search gives back its place in any case.
 *
 * <p>For one thread; different contexts of one monitor for any number.
 */
public final class ResourceContext implements AutoCloseable {
  /** What can be admitted. */
  private enum Operation {
    ADD,
    SEARCH,
    REMOVE
  }

  private final ResourceMonitor monitor;
  private final Operation operation;
  private final long vectors;
  private final long bytes;
  private long succeeded = -1;
  private boolean closed;

  /**
   * Admits one operation: the adding of one vector, a search, or a removal.
   *
   * @param operation {@code add}, {@code search} or {@code remove}
   * @throws ResourceExceededError naming the limit that it would go over
   */
  public ResourceContext(ResourceMonitor monitor, String operation) {
    this(monitor, operation, 1, 1, 0);
  }

  /**
   * Admits one operation.
   *
   * @param operation {@code add}, {@code search} or {@code remove}
   * @param vectors vectors that an add adds; of no effect for the others
   * @param dimension floats in one of them
   * @param bytes off-heap bytes that the add will take
   * @throws ResourceExceededError naming the limit that it would go over
   */
  public ResourceContext(
      ResourceMonitor monitor, String operation, long vectors, int dimension, long bytes) {
    this.monitor = monitor;
    this.vectors = vectors;
    this.bytes = bytes;
    this.operation =
        switch (operation) {
          case "add" -> Operation.ADD;
          case "search" -> Operation.SEARCH;
          case "remove" -> Operation.REMOVE;
          default ->
              throw new IllegalArgumentException(
                  "operation is \"" + operation + "\", expected add, search or remove");
        };
    switch (this.operation) {
      case ADD -> monitor.admitAdd(vectors, dimension, bytes);
      case SEARCH -> monitor.admitSearch();
      case REMOVE -> {}
    }
  }

  /** Admits the adding of vectors. */
  public static ResourceContext add(
      ResourceMonitor monitor, long vectors, int dimension, long bytes) {
    return new ResourceContext(monitor, "add", vectors, dimension, bytes);
  }

  /** Admits a search. */
  public static ResourceContext search(ResourceMonitor monitor) {
    return new ResourceContext(monitor, "search");
  }

  /** Admits a removal. */
  public static ResourceContext remove(ResourceMonitor monitor) {
    return new ResourceContext(monitor, "remove");
  }

  /**
   * Says that the operation succeeded.
   *
   * @param count vectors that were added or removed; of no effect for a search
   */
  public void succeed(long count) {
    if (operation == Operation.ADD && count > vectors) {
      throw new IllegalArgumentException(
          count + " vectors were added, " + vectors + " were admitted");
    }
    succeeded = count;
  }

  /** Ends the operation. A second call changes nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    switch (operation) {
      case ADD -> monitor.endAdd(vectors, bytes, Math.max(0, succeeded));
      case SEARCH -> monitor.endSearch();
      case REMOVE -> monitor.endRemove(Math.max(0, succeeded));
    }
  }
}
