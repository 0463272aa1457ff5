/** Distance kernels, twice: plain Java and Vector API, chosen once at start. */
@NullMarked
package io.sagitta.core.kernel;

import org.jspecify.annotations.NullMarked;
