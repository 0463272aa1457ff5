package io.sagitta.stress;

import io.sagitta.core.concurrent.VersionedState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Closing waits for a search that began, and refuses one that begins later. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the search came first")
@Outcome(id = "9, 9", expect = Expect.ACCEPTABLE, desc = "the search was refused")
@Outcome(expect = Expect.FORBIDDEN, desc = "the search read what had been freed")
@State
public class CloseStress {
  private final int[] only = {0, 0};
  private final VersionedState<int[]> state = new VersionedState<>("stress", only);

  /** Closes; frees by overwriting. */
  @Actor
  public void closer() {
    state.close(
        () -> {
          only[0] = -1;
          only[1] = -1;
        });
  }

  /** One search. */
  @Actor
  public void reader(II_Result r) {
    VersionedState.Version<int[]> v;
    try {
      v = state.acquire();
    } catch (IllegalStateException e) {
      r.r1 = 9;
      r.r2 = 9;
      return;
    }
    r.r1 = v.value()[0];
    r.r2 = v.value()[1];
    state.release(v);
  }
}
