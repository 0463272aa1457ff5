/** Random generators that give the same numbers as the ones FAISS uses. */
@NullMarked
package io.sagitta.core.random;

import org.jspecify.annotations.NullMarked;
