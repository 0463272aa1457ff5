/** Metadata documents: the binary form, and JSON to and from plain Java values. */
@NullMarked
package io.sagitta.storage.document;

import org.jspecify.annotations.NullMarked;
