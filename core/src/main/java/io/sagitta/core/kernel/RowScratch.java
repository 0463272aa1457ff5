package io.sagitta.core.kernel;

/**
 * What {@link DistanceKernels#l2Rows} and its kin write between their passes: 9 KiB, kept by the
 * caller and used again. For one thread at a time.
 */
public final class RowScratch {
  /** Rows of one round. */
  static final int ROWS = 64;

  /** Two registers of at most 16 lanes per row. */
  final float[] partial = new float[ROWS * 32];

  /** Sums of the rows of a round; written in fours, by registers of at most 16 lanes. */
  final float[] totals = new float[ROWS + 16];
}
