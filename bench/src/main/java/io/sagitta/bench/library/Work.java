package io.sagitta.bench.library;

/**
 * What answering one query takes, on average, when every vector that the setting covers is compared
 * once: what a speed is held against the machine's roofs with. Batches read a vector once for
 * several queries, and some indexes leave vectors or parts of them out, so that what they reach by
 * this count may lie above a roof.
 *
 * @param flops multiplications and additions over decoded components, two a component as for an
 *     inner product; 0 where distances are looked up in tables
 * @param bytes of codes, centroids and neighbour lists
 */
public record Work(double flops, double bytes) {}
