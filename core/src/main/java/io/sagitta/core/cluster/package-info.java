/**
 * k-means as FAISS trains it, and the search for the nearest of a set of centroids on which
 * k-means, product quantizers and coarse quantizers rest.
 *
 * <p>{@link io.sagitta.core.cluster.Clustering} follows FAISS's {@code Clustering} step by step:
 * which rows are sampled, which become first centroids, in which order sums are formed and how
 * empty clusters are refilled are FAISS's exactly. Only the assignment of points is computed by
 * kernels of our own, {@link io.sagitta.core.cluster.NearestCentroids}.
 */
@NullMarked
package io.sagitta.core.cluster;

import org.jspecify.annotations.NullMarked;
