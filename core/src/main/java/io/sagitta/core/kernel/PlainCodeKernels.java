package io.sagitta.core.kernel;

/** {@link CodeKernels} in plain Java. */
final class PlainCodeKernels implements CodeKernels {}
