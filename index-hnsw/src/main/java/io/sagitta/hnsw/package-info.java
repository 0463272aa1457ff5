/** FAISS's HNSW graphs over flat or coded vectors. */
@NullMarked
package io.sagitta.hnsw;

import org.jspecify.annotations.NullMarked;
