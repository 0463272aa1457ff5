/** What readers may see of a published state, for jcstress. */
@NullMarked
package io.sagitta.stress;

import org.jspecify.annotations.NullMarked;
