/** Collectors of search results: best one, best k, range, custom. */
@NullMarked
package io.sagitta.core.collect;

import org.jspecify.annotations.NullMarked;
