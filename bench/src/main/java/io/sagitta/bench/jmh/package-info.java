/** JMH benchmarks of the kernels. */
@NullMarked
package io.sagitta.bench.jmh;

import org.jspecify.annotations.NullMarked;
