package io.sagitta.stress;

import io.sagitta.core.concurrent.VersionedState;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A snapshot keeps what it shows through a publication and the close, and everything is freed
 * exactly once when it is given back.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = Expect.ACCEPTABLE, desc = "a snapshot of the first state")
@Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "of the second")
@Outcome(id = "9, 9, 2", expect = Expect.ACCEPTABLE, desc = "closed before it was taken")
@Outcome(expect = Expect.FORBIDDEN, desc = "freed too early, twice or never")
@State
public class SnapshotStress {
  private final int[] first = {0, 0};
  private final int[] second = {1, 1};
  private final AtomicInteger freed = new AtomicInteger();
  private final VersionedState<int[]> state = new VersionedState<>("stress", first);

  private void free(int[] s) {
    s[0] = -1;
    s[1] = -1;
    freed.incrementAndGet();
  }

  /** Publishes once and closes. */
  @Actor
  public void writer() {
    state.publish(second, () -> free(first));
    state.close(() -> free(second));
  }

  /** Takes a snapshot, shares it, reads by the second reference. */
  @Actor
  public void reader(III_Result r) {
    VersionedState.Version<int[]> v;
    try {
      v = state.pin();
    } catch (IllegalStateException e) {
      r.r1 = 9;
      r.r2 = 9;
      return;
    }
    state.repin(v);
    r.r1 = v.value()[0];
    state.unpin(v);
    r.r2 = v.value()[1];
    state.unpin(v);
  }

  /** How many states were freed. */
  @Arbiter
  public void count(III_Result r) {
    r.r3 = freed.get();
  }
}
