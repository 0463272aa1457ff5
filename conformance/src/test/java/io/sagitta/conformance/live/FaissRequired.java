package io.sagitta.conformance.live;

import io.sagitta.conformance.FaissProcess;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips live properties, visibly and counted, where FAISS is not installed. */
public final class FaissRequired implements SkipExecutionHook {
  @Override
  public SkipResult shouldBeSkipped(LifecycleContext context) {
    return LiveFaiss.find().isPresent()
        ? SkipResult.doNotSkip()
        : SkipResult.skip("live FAISS is absent: " + FaissProcess.whyAbsent());
  }
}
