package io.sagitta.core;

/**
 * Answer of {@link Index#searchAndReconstruct}.
 *
 * @param result the k nearest of each query
 * @param vectors their reconstructions, nq × k × d row-major; rows without a result are NaN (all
 *     bits set, as FAISS)
 */
public record KnnVectors(KnnResult result, float[] vectors) {}
