package io.sagitta.flat;

import io.sagitta.core.memory.CodeRows;

/**
 * What a Panorama index has published.
 *
 * @param codes one row per batch
 * @param norms one row per batch
 * @param n vectors
 */
record PanoramaState(CodeRows codes, CodeRows norms, long n) {}
