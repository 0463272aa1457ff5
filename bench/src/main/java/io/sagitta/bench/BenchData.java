package io.sagitta.bench;

import io.sagitta.core.Vectors;
import java.lang.foreign.Arena;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A data set to measure on.
 *
 * @param name as given
 * @param train training vectors
 * @param base vectors to search
 * @param queries queries
 */
public record BenchData(String name, Vectors train, Vectors base, Vectors queries) {
  private static final Pattern SYNTHETIC = Pattern.compile("synthetic:(\\d+)x(\\d+)(?::(\\d+))?");

  /**
   * {@code synthetic:<n>x<d>[:<queries>]}: seeded vectors of FAISS's synthetic kind, 1,000 queries
   * unless said, up to 100,000 training vectors (the first base vectors).
   *
   * @throws IllegalArgumentException if the text is of another form
   */
  public static BenchData synthetic(String name) {
    Matcher m = SYNTHETIC.matcher(name);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not of the form synthetic:<n>x<d>[:<queries>]");
    }
    long n = Long.parseLong(m.group(1));
    int d = Integer.parseInt(m.group(2));
    int nq = m.group(3) == null ? 1000 : Integer.parseInt(m.group(3));
    Vectors base = SyntheticData.make(n, d, 1338, 0, Arena.ofAuto());
    Vectors queries = SyntheticData.make(nq, d, 1338, 1, Arena.ofAuto());
    return new BenchData(name, base.slice(0, Math.min(n, 100_000)), base, queries);
  }

  /** Whether a name is of the synthetic form. */
  public static boolean isSynthetic(String name) {
    return name.startsWith("synthetic:");
  }

  /** Dimension. */
  public int d() {
    return base.d();
  }
}
