/** Vector codecs, and the scorer that searches coded vectors. */
@NullMarked
package io.sagitta.core.codec;

import org.jspecify.annotations.NullMarked;
