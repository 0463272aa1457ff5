/**
 * Pseudo-random generators that give FAISS's numbers bit for bit.
 *
 * <p>Training in FAISS (k-means, product quantizers, rotations) is seeded, and its seeds are part
 * of what a user sees: the same input must select the same training rows, the same first centroids
 * and the same random rotation. These classes reproduce the sequences of FAISS's {@code
 * utils/random.cpp} and nothing else; for other needs use {@link java.util.random.RandomGenerator}.
 */
@NullMarked
package io.sagitta.core.random;

import org.jspecify.annotations.NullMarked;
