package io.sagitta.conformance.live;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;

/**
 * Seeds of live cases, as many as there are tries; properties take all of them. System property
 * {@code sagitta.live.seed} fixes them, so that a run of {@code .ci/run} depends on the code alone
 * and can be repeated; without it every run draws others. They are listed rather than drawn by
 * jqwik, which would mix 0, 1 and the extreme numbers into every run.
 */
public final class LiveSeeds implements ArbitrarySupplier<Long> {
  private static final long FIRST = first();
  private static final int TRIES = Integer.getInteger("sagitta.tries", 200);

  private static long first() {
    Long given = Long.getLong("sagitta.live.seed");
    long first = given == null ? new SplittableRandom().nextLong() : given;
    System.out.println("live cases: drawn with -Dsagitta.live.seed=" + first);
    return first;
  }

  @Override
  public Arbitrary<Long> get() {
    SplittableRandom random = new SplittableRandom(FIRST);
    List<Long> seeds = new ArrayList<>(TRIES);
    for (int i = 0; i < TRIES; i++) {
      seeds.add(random.nextLong());
    }
    return Arbitraries.of(seeds);
  }
}
