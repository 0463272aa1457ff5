/** Embeddings with metadata: synchronous, asynchronous and pooled storage over an index. */
@NullMarked
package io.sagitta.storage;

import org.jspecify.annotations.NullMarked;
