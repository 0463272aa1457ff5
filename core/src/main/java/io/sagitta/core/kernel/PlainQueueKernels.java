package io.sagitta.core.kernel;

/** {@link QueueKernels} in plain Java. */
final class PlainQueueKernels implements QueueKernels {}
