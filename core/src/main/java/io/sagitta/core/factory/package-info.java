/** Factory strings and named parameters. */
@NullMarked
package io.sagitta.core.factory;

import org.jspecify.annotations.NullMarked;
