/** The small dense linear algebra that transforms need, in double precision. */
@NullMarked
package io.sagitta.core.linalg;

import org.jspecify.annotations.NullMarked;
