/** Off-heap growable storage with deterministic release. */
@NullMarked
package io.sagitta.core.memory;

import org.jspecify.annotations.NullMarked;
