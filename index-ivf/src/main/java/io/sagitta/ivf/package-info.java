/** Inverted-file indexes, in memory, mapped and on disk. */
@NullMarked
package io.sagitta.ivf;

import org.jspecify.annotations.NullMarked;
