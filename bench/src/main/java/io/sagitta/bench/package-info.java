/** Benchmarks, and side-by-side runs against FAISS and peers. */
@NullMarked
package io.sagitta.bench;

import org.jspecify.annotations.NullMarked;
