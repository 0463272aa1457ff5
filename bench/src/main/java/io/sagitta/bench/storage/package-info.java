/** What the storage costs over a bare index: adding, searching, opening, and all at once. */
@NullMarked
package io.sagitta.bench.storage;

import org.jspecify.annotations.NullMarked;
