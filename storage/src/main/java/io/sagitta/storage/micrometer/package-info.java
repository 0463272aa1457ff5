/** Meters of stores and pools, for applications that have Micrometer. */
@NullMarked
package io.sagitta.storage.micrometer;

import org.jspecify.annotations.NullMarked;
