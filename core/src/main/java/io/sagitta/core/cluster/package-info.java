/** k-means with FAISS's sampling, initialisation and splits. */
@NullMarked
package io.sagitta.core.cluster;

import org.jspecify.annotations.NullMarked;
