package io.sagitta.flat;

import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.memory.CodeRows;

/**
 * What a fast-scan index has published.
 *
 * @param quantizer the 4-bit product quantizer, trained or not
 * @param blocks one row per block of 128 vectors
 * @param n vectors
 */
record FastScanState(ProductQuantizer quantizer, CodeRows blocks, long n) {}
