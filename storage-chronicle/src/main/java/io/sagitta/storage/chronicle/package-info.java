/** The metadata store on Chronicle Map. */
@NullMarked
package io.sagitta.storage.chronicle;

import org.jspecify.annotations.NullMarked;
