/** The seam to the file system, so that a test can forget what was not synced. */
@NullMarked
package io.sagitta.storage.fs;

import org.jspecify.annotations.NullMarked;
