package io.sagitta.flat;

import io.sagitta.core.Index;

/**
 * One published state of an {@link IndexRefine}: snapshots of both indexes. Immutable.
 *
 * @param base finds candidates
 * @param refine knows their distances better
 */
public record RefineState(Index base, Index refine) {}
