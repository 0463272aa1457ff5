/** Sagitta beside real FAISS: a FAISS process to ask, and the rule by which answers agree. */
@NullMarked
package io.sagitta.conformance;

import org.jspecify.annotations.NullMarked;
