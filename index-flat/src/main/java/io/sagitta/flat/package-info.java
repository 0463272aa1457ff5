/** Exact and flat-codes indexes, and wrappers around any index. */
@NullMarked
package io.sagitta.flat;

import org.jspecify.annotations.NullMarked;
