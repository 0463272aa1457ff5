/** What ties index, metadata, log and snapshots together behind the public verbs. */
@NullMarked
package io.sagitta.storage.engine;

import org.jspecify.annotations.NullMarked;
