/** Flight Recorder events for search, add, train and open. */
@NullMarked
package io.sagitta.core.jfr;

import org.jspecify.annotations.NullMarked;
