/** The {@code sagitta} command. */
@NullMarked
package io.sagitta.cli;

import org.jspecify.annotations.NullMarked;
