package io.sagitta.core.cluster;

/**
 * What one k-means iteration came to.
 *
 * @param obj the sum of the distances of all rows to their centroids, summed in float32 like FAISS
 * @param seconds time since the training began
 * @param searchSeconds the part of it spent on assignment, all iterations so far
 * @param imbalanceFactor k·Σ(share²): 1 when all clusters are of one size
 * @param nsplit empty clusters that were refilled by splitting another
 */
public record IterationStats(
    float obj, double seconds, double searchSeconds, double imbalanceFactor, int nsplit) {}
