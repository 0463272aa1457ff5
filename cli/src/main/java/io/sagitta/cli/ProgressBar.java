package io.sagitta.cli;

import io.sagitta.core.ProgressListener;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bar with rate and time left, redrawn at most ten times a second on one terminal line and wiped
 * at the end. Without a terminal it only keeps count.
 *
 * <p>For one thread at a time.
 */
public final class ProgressBar implements ProgressListener, AutoCloseable {
  private static final int WIDTH = 24;
  private static final long REDRAW_NANOS = 100_000_000;

  private final @Nullable PrintWriter out;
  private final String title;
  private String stage = "";
  private long stageStart = System.nanoTime();
  private long lastDrawn;
  private long base;
  private long wholeTotal = -1;

  ProgressBar(@Nullable PrintWriter out, String title) {
    this.out = out;
    this.title = title;
  }

  /**
   * For work handed on in blocks: what a verb reports from here on is counted behind {@code done}
   * of {@code total}.
   */
  public void block(long done, long total) {
    base = done;
    wholeTotal = total;
  }

  @Override
  public boolean progress(String step, long done, long total) {
    if (out == null) {
      return true;
    }
    long now = System.nanoTime();
    if (!step.equals(stage)) {
      stage = step;
      stageStart = now;
    }
    if (now - lastDrawn >= REDRAW_NANOS) {
      lastDrawn = now;
      long all = wholeTotal >= 0 ? wholeTotal : total;
      out.print("\r" + line(title, stage, base + done, all, (now - stageStart) / 1e9) + "\033[K");
      out.flush();
    }
    return true;
  }

  /** The text of a bar after some seconds; total −1 means unknown. */
  static String line(String title, String stage, long done, long total, double seconds) {
    StringBuilder s = new StringBuilder(title);
    if (!stage.isEmpty() && !stage.equals(title)) {
      s.append(' ').append(stage);
    }
    double rate = seconds > 0 ? done / seconds : 0;
    if (total > 0) {
      double share = Math.min(1, (double) done / total);
      int full = (int) (share * WIDTH);
      s.append(" [").repeat("#", full).repeat(".", WIDTH - full);
      s.append(String.format(Locale.ROOT, "] %3.0f%%", share * 100));
    }
    s.append(' ').append(done);
    if (total > 0) {
      s.append('/').append(total);
    }
    if (rate > 0) {
      s.append(String.format(Locale.ROOT, "  %,.0f/s", rate));
      if (total > done) {
        s.append("  ").append(duration((total - done) / rate)).append(" left");
      }
    }
    return s.toString();
  }

  /** Seconds as a person says them. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s >= 3600) {
      return String.format(Locale.ROOT, "%d:%02d h", s / 3600, s / 60 % 60);
    }
    return s >= 60 ? String.format(Locale.ROOT, "%d:%02d min", s / 60, s % 60) : s + " s";
  }

  @Override
  public void close() {
    if (out != null && lastDrawn != 0) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
