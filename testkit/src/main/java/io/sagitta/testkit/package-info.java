/** Tests that every index passes, to be extended by the tests of the index modules. */
@NullMarked
package io.sagitta.testkit;

import org.jspecify.annotations.NullMarked;
