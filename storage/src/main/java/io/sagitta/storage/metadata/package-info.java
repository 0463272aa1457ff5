/**
 * Where metadata and the map from ids to keys live: the interface, its provider, and the built-in
 * store.
 */
@NullMarked
package io.sagitta.storage.metadata;

import org.jspecify.annotations.NullMarked;
