/**
 * Filter expressions over metadata: the tree, its text form, and what runs it over stored
 * documents.
 */
@NullMarked
package io.sagitta.storage.filter;

import org.jspecify.annotations.NullMarked;
