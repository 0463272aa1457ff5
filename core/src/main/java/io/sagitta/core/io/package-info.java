/** Index files in FAISS's format: the registry of types, checked input and atomic output. */
@NullMarked
package io.sagitta.core.io;

import org.jspecify.annotations.NullMarked;
