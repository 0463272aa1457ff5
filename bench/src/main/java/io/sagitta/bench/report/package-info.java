/** The comparison as a page and as pictures. */
@NullMarked
package io.sagitta.bench.report;

import org.jspecify.annotations.NullMarked;
