package io.sagitta.bench;

import java.io.IOException;
import org.openjdk.jmh.Main;

/**
 * JMH's own command line over this module's benchmarks: {@code bench/run.sh Jmh Query -p
 * factory=HNSW32 -prof gc}. Without a pattern all of them run, which takes hours.
 */
public final class Jmh {
  private Jmh() {}

  /** Arguments are JMH's; {@code -l} lists the benchmarks, {@code -h} explains. */
  public static void main(String[] args) throws IOException {
    Main.main(args);
  }
}
