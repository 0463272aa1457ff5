/** The index contract: {@code Index}, its results, parameters, id selectors and distances. */
@NullMarked
package io.sagitta.core;

import org.jspecify.annotations.NullMarked;
