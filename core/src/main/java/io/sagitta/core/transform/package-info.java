/** Vector transforms applied before an index. */
@NullMarked
package io.sagitta.core.transform;

import org.jspecify.annotations.NullMarked;
