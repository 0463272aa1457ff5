package io.sagitta.cli;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes maps, iterables, arrays, texts, numbers and truth values as JSON. */
final class JsonText {
  private JsonText() {}

  static void write(Appendable out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.append("null");
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> e : map.entrySet()) {
          out.append(separator);
          quote(out, String.valueOf(e.getKey()));
          out.append(':');
          write(out, e.getValue());
          separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      case Iterable<?> items -> {
        out.append('[');
        String separator = "";
        for (Object item : items) {
          out.append(separator);
          write(out, item);
          separator = ",";
        }
        out.append(']');
      }
      // JSON has no words for these.
      case Float f when !Float.isFinite(f) -> quote(out, f.toString());
      case Double d when !Double.isFinite(d) -> quote(out, d.toString());
      case Number n -> out.append(n.toString());
      case Boolean b -> out.append(b.toString());
      default -> {
        if (value.getClass().isArray()) {
          array(out, value);
        } else {
          quote(out, value.toString());
        }
      }
    }
  }

  private static void array(Appendable out, Object array) throws IOException {
    out.append('[');
    for (int i = 0; i < Array.getLength(array); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(out, Array.get(array, i));
    }
    out.append(']');
  }

  private static void quote(Appendable out, String s) throws IOException {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
