/** Published state: searches read one version while a writer makes the next. */
@NullMarked
package io.sagitta.core.concurrent;

import org.jspecify.annotations.NullMarked;
