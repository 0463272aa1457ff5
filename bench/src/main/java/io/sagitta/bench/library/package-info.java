/** The libraries that are compared, each behind one driver. */
@NullMarked
package io.sagitta.bench.library;

import org.jspecify.annotations.NullMarked;
