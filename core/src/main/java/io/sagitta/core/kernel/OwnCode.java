package io.sagitta.core.kernel;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a pass of a kernel that C2 is to compile as a method of its own and call, not to take into its
 * callers: it has more than the 325 bytes of bytecode up to which a method that is called often is
 * inlined ({@code FreqInlineSize}). A test reads that off the class files.
 *
 * <p>Why: a Vector API operation is 300 to 500 nodes to C2, a pass some 10,000. Where several meet
 * in one method, C2 comes to its limit of 18,000 nodes and stops to inline what is not the JDK's
 * own, so that vectors cross calls and lie on the heap, or it gives up on the slices of the rows,
 * 40 bytes each. Whether that happens depends on what a process has run before: a query of {@code
 * HNSW16} then put 2 to 190 KB on the heap. No vector is among the arguments of such a pass, and it
 * stands for rows by the dozen, so the call costs little.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface OwnCode {}
