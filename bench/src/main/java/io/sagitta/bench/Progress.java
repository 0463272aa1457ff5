package io.sagitta.bench;

import java.io.PrintStream;
import java.util.Locale;

/**
 * One line that says how far a run is and how long it will take; on a terminal it stays in place.
 */
final class Progress {
  private final PrintStream out;
  private final boolean terminal;
  private final int total;
  private final long start = System.nanoTime();
  private int done;
  private int skipped;

  Progress(PrintStream out, int total) {
    this.out = out;
    this.terminal = System.console() != null && System.console().isTerminal();
    this.total = total;
  }

  /** A cell was measured now. */
  void step(String what) {
    done++;
    show(what);
  }

  /** A cell was there already. */
  void skip() {
    done++;
    skipped++;
  }

  private void show(String what) {
    double seconds = (System.nanoTime() - start) * 1e-9;
    int measured = done - skipped;
    double left = measured == 0 ? 0 : seconds / measured * Math.max(0, total - done);
    String line =
        String.format(
            Locale.ROOT,
            "[%d/%d] %s, about %d:%02d left",
            done,
            total,
            what,
            (int) left / 60,
            (int) left % 60);
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  void end() {
    if (terminal) {
      out.println();
    }
  }
}
