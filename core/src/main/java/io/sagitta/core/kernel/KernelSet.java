package io.sagitta.core.kernel;

/**
 * The kernels of one provider.
 *
 * @param description name and width, such as {@code vector, 512 bit}
 * @param distances one query against one or several vectors
 * @param matrix query block against vector block
 * @param metrics the metrics besides L2 and inner product
 */
public record KernelSet(
    String description, DistanceKernels distances, MatrixKernels matrix, MetricKernels metrics) {}
