package io.sagitta.core.kernel;

/**
 * The kernels of one provider.
 *
 * @param description name and width, such as {@code vector, 512 bit}
 * @param vectorBits SIMD width in bits, 128, 256 or 512; 0 for plain Java
 * @param distances one query against one or several vectors
 * @param matrix query block against vector block
 * @param metrics the metrics besides L2 and inner product
 * @param fastScan sums of table entries by 4-bit codes
 * @param codes the small loops of the fast codecs
 * @param queues the loop over a candidate list
 */
public record KernelSet(
    String description,
    int vectorBits,
    DistanceKernels distances,
    MatrixKernels matrix,
    MetricKernels metrics,
    FastScanKernels fastScan,
    CodeKernels codes,
    QueueKernels queues) {}
