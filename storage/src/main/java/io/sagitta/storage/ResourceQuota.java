package io.sagitta.storage;

/**
 * The limits a {@link ResourceMonitor} admits against.
 *
 * @param maxMemoryBytes off-heap bytes of the registered indexes and stores together
 * @param maxVectors embeddings in all
 * @param maxBatchSize embeddings in one call
 * @param maxConcurrentSearches searches running at once
 * @param maxVectorDimension floats in one embedding
 */
public record ResourceQuota(
    long maxMemoryBytes,
    long maxVectors,
    int maxBatchSize,
    int maxConcurrentSearches,
    int maxVectorDimension) {

  /** 4 GiB, 1,000,000 vectors, batches of 10,000, 100 searches at once, 4,096 dimensions. */
  public static final ResourceQuota DEFAULT =
      new ResourceQuota(4L << 30, 1_000_000, 10_000, 100, 4_096);

  /** Checks the limits: each must be positive. */
  public ResourceQuota {
    requirePositive("maxMemoryBytes", maxMemoryBytes);
    requirePositive("maxVectors", maxVectors);
    requirePositive("maxBatchSize", maxBatchSize);
    requirePositive("maxConcurrentSearches", maxConcurrentSearches);
    requirePositive("maxVectorDimension", maxVectorDimension);
  }

  /** These limits with another one for the memory, in bytes. */
  public ResourceQuota withMaxMemoryBytes(long bytes) {
    return new ResourceQuota(
        bytes, maxVectors, maxBatchSize, maxConcurrentSearches, maxVectorDimension);
  }

  /** These limits with another number of embeddings. */
  public ResourceQuota withMaxVectors(long vectors) {
    return new ResourceQuota(
        maxMemoryBytes, vectors, maxBatchSize, maxConcurrentSearches, maxVectorDimension);
  }

  /** These limits with another number of embeddings a call. */
  public ResourceQuota withMaxBatchSize(int batch) {
    return new ResourceQuota(
        maxMemoryBytes, maxVectors, batch, maxConcurrentSearches, maxVectorDimension);
  }

  /** These limits with another number of searches at once. */
  public ResourceQuota withMaxConcurrentSearches(int searches) {
    return new ResourceQuota(
        maxMemoryBytes, maxVectors, maxBatchSize, searches, maxVectorDimension);
  }

  /** These limits with another number of floats an embedding. */
  public ResourceQuota withMaxVectorDimension(int dimension) {
    return new ResourceQuota(
        maxMemoryBytes, maxVectors, maxBatchSize, maxConcurrentSearches, dimension);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", must be positive");
    }
  }
}
