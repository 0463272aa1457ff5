package io.sagitta.stress;

import io.sagitta.core.concurrent.VersionedState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A reader sees one state whole, and none that has been freed, while two are published. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the first state")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the second")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "the third")
@Outcome(expect = Expect.FORBIDDEN, desc = "half a state, or a freed one")
@State
public class PublishStress {
  private final int[] first = {0, 0};
  private final VersionedState<int[]> state = new VersionedState<>("stress", first);

  private static void free(int[] s) {
    s[0] = -1;
    s[1] = -1;
  }

  /** Publishes twice; what is replaced is overwritten as soon as it may be. */
  @Actor
  public void writer() {
    int[] second = {1, 1};
    state.publish(second, () -> free(first));
    state.publish(new int[] {2, 2}, () -> free(second));
  }

  /** One search. */
  @Actor
  public void reader(II_Result r) {
    VersionedState.Version<int[]> v = state.acquire();
    r.r1 = v.value()[0];
    r.r2 = v.value()[1];
    state.release(v);
  }
}
