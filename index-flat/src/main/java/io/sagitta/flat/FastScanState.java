package io.sagitta.flat;

import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.memory.CodeRows;

/**
 * What a fast-scan index has published.
 *
 * @param codec makes the plain codes, trained or not
 * @param blocks one row per block of 128 vectors
 * @param n vectors
 */
record FastScanState(VectorCodec codec, CodeRows blocks, long n) {}
