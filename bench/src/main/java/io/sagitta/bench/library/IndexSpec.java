package io.sagitta.bench.library;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What index to build, in FAISS's words.
 *
 * @param factory factory string, such as {@code HNSW32} or {@code IVF1024,Flat}
 * @param build settings before training, such as {@code efConstruction} → 40
 */
public record IndexSpec(String factory, Map<String, Double> build) {
  private static final Pattern HNSW = Pattern.compile("HNSW(\\d+)([,_]Flat)?");

  /** From text such as {@code efConstruction=40,efSearch=16}; empty for none. */
  public static IndexSpec of(String factory, String build) {
    return new IndexSpec(factory, settings(build));
  }

  /**
   * Settings of {@code name=value,…}.
   *
   * @throws IllegalArgumentException if a part is of another form
   */
  public static Map<String, Double> settings(String text) {
    Map<String, Double> out = new LinkedHashMap<>();
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int eq = part.indexOf('=');
      if (eq < 0) {
        throw new IllegalArgumentException(
            "\"" + part.strip() + "\" is not of the form name=value");
      }
      out.put(part.substring(0, eq).strip(), Double.parseDouble(part.substring(eq + 1).strip()));
    }
    return out;
  }

  /** M of a plain HNSW over uncompressed vectors; empty for anything else. */
  public OptionalInt hnswM() {
    Matcher m = HNSW.matcher(factory);
    return m.matches() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
  }

  /** FAISS's default is 40. */
  public int efConstruction() {
    return build.getOrDefault("efConstruction", 40.0).intValue();
  }

  /** The build settings as text, empty when there are none. */
  public String buildText() {
    StringBuilder s = new StringBuilder();
    build.forEach(
        (k, v) ->
            s.append(s.isEmpty() ? "" : ",")
                .append(k)
                .append('=')
                .append(v == Math.rint(v) ? String.valueOf(v.longValue()) : String.valueOf(v)));
    return s.toString();
  }

  @Override
  public String toString() {
    return build.isEmpty() ? factory : factory + " (" + buildText() + ")";
  }
}
