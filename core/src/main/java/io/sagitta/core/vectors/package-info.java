/** Vector files: fvecs, bvecs, ivecs, npy, big-ann and idx. */
@NullMarked
package io.sagitta.core.vectors;

import org.jspecify.annotations.NullMarked;
