/**
 * The write-ahead log: segments of checksummed records, group commit, and the scan that finds its
 * end.
 */
@NullMarked
package io.sagitta.storage.log;

import org.jspecify.annotations.NullMarked;
