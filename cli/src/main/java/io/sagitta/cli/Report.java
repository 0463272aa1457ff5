package io.sagitta.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a command says: either lines for a reader, at once, or one JSON object for a machine, at the
 * end.
 */
public final class Report {
  private final PrintWriter out;
  private final boolean json;
  private final Map<String, Object> fields = new LinkedHashMap<>();

  Report(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  public boolean isJson() {
    return json;
  }

  /** A named value: a line "label: text", or a JSON field. */
  public void field(String key, String label, Object value, String text) {
    fields.put(key, value);
    if (!json) {
      out.println(label + ": " + text);
      out.flush();
    }
  }

  /** A named value whose text is its own. */
  public void field(String key, String label, Object value) {
    field(key, label, value, value.toString());
  }

  /** A JSON field that a reader has no use for. */
  public void hidden(String key, Object value) {
    fields.put(key, value);
  }

  /** A line for a reader only. */
  public void line(String text) {
    if (!json) {
      out.println(text);
      out.flush();
    }
  }

  void end() {
    if (json) {
      try {
        JsonText.write(out, fields);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.println();
    }
    out.flush();
  }

  /** Bytes as a person says them. */
  public static String bytes(long n) {
    if (n < 10_000) {
      return n + " bytes";
    }
    String[] units = {"KB", "MB", "GB", "TB"};
    double v = n;
    int u = -1;
    while (v >= 1000 && u < units.length - 1) {
      v /= 1000;
      u++;
    }
    return String.format(Locale.ROOT, "%.1f %s", v, units[u]);
  }

  /** Seconds with three digits. */
  public static String seconds(double s) {
    return String.format(Locale.ROOT, s < 10 ? "%.3f s" : "%.1f s", s);
  }
}
