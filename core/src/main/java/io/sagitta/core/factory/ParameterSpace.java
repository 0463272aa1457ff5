package io.sagitta.core.factory;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.random.RandomData;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The settings of an index under FAISS's names, and the search for good ones (FAISS {@code
 * ParameterSpace}). Combinations are numbered in mixed radix, the first parameter varying fastest.
 *
 * <p>Immutable; {@link #explore} sets the index's own settings, so nobody else should search it
 * meanwhile. Source: FAISS {@code AutoTune.cpp}.
 *
 * @param ranges the parameters, each with the values to try, fastest first
 */
public record ParameterSpace(List<ParameterRange> ranges) {
  /** FAISS's default number of settings to try. */
  public static final int DEFAULT_EXPERIMENTS = 500;

  /** How many times a combination's time is spent on the compiler first. */
  private static final int WARM_UP = 20;

  /** FAISS's seed of the order in which they are tried. */
  private static final int ORDER_SEED = 1234;

  /** Copies the list. */
  public ParameterSpace {
    ranges = List.copyOf(ranges);
    for (ParameterRange r : ranges) {
      if (r.values().isEmpty()) {
        throw new IllegalArgumentException("parameter " + r.name() + " has no values to try");
      }
    }
  }

  /** What an index offers; empty if there is nothing to set. */
  public static ParameterSpace of(Index index) {
    return new ParameterSpace(
        index instanceof TunableIndex t ? t.parameterRanges() : List.<ParameterRange>of());
  }

  /**
   * Sets parameters of an index from text such as {@code nprobe=16,ht=64}.
   *
   * @throws IllegalArgumentException if the index has no such parameter, or a value is out of
   *     range; the ones before it are set
   */
  public static void setParameters(Index index, String text) {
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int eq = part.indexOf('=');
      if (eq < 0) {
        throw new IllegalArgumentException(
            "\"" + part.strip() + "\" is not of the form name=value");
      }
      setParameter(index, part.substring(0, eq).strip(), number(part.substring(eq + 1).strip()));
    }
  }

  /**
   * Sets one parameter of an index, or of one inside it.
   *
   * @throws IllegalArgumentException if there is no such parameter
   */
  public static void setParameter(Index index, String name, double value) {
    if (!(index instanceof TunableIndex tunable)) {
      throw new IllegalArgumentException(
          index.getClass().getSimpleName() + " has no parameter \"" + name + "\"");
    }
    tunable.setParameter(name, value);
  }

  private static double number(String text) {
    if (text.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no number", e);
    }
  }

  /**
   * How many combinations there are.
   *
   * @throws IllegalArgumentException if more than 2^31 − 1
   */
  public int combinations() {
    long n = 1;
    for (ParameterRange r : ranges) {
      n *= r.values().size();
      if (n > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("the parameters have more than 2^31 - 1 combinations");
      }
    }
    return (int) n;
  }

  /** A combination as text, as {@link #setParameters} reads it. */
  public String name(long combination) {
    StringBuilder s = new StringBuilder();
    long rest = combination;
    for (ParameterRange r : ranges) {
      double v = r.values().get((int) (rest % r.values().size()));
      rest /= r.values().size();
      s.append(s.isEmpty() ? "" : ",").append(r.name()).append('=').append(text(v));
    }
    return s.toString();
  }

  private static String text(double v) {
    if (Double.isInfinite(v)) {
      return "inf";
    }
    return v == (long) v ? Long.toString((long) v) : String.format(Locale.ROOT, "%s", v);
  }

  /** Whether every value of combination a stands at or behind that of b. */
  public boolean isAtLeast(long a, long b) {
    long restA = a;
    long restB = b;
    for (ParameterRange r : ranges) {
      int size = r.values().size();
      if (restA % size < restB % size) {
        return false;
      }
      restA /= size;
      restB /= size;
    }
    return true;
  }

  /**
   * Tries combinations: the first, the last, then others in a fixed random order. One is left out
   * when what was measured already shows that it cannot be optimal, because performance and time
   * grow with every value.
   *
   * @param index searched and set; its settings afterwards are those tried last
   * @param queries nq × d
   * @param experiments how many combinations to consider at most, 0 for all in their own order
   * @param minSeconds a combination's search is repeated until this much time has passed; before
   *     the first, 20 times as much goes into warming up
   * @param listener hears of each combination
   */
  public OperatingPoints explore(
      Index index,
      Vectors queries,
      Criterion criterion,
      int experiments,
      double minSeconds,
      ProgressListener listener) {
    OperatingPoints points = new OperatingPoints();
    KnnResult result = new KnnResult();
    int[] order = order(experiments);
    warmUp(index, queries, criterion.k(), WARM_UP * minSeconds, result);
    for (int i = 0; i < order.length; i++) {
      int combination = order[i];
      if (!canBeOptimal(combination, points)) {
        continue;
      }
      String settings = name(combination);
      setParameters(index, settings);
      double seconds = measure(index, queries, criterion.k(), minSeconds, result);
      points.add(new OperatingPoint(criterion.evaluate(result), seconds, settings, combination));
      listener.report("explore", i + 1L, order.length);
    }
    return points;
  }

  /**
   * Searches with the first and the last combination in turns, so that the compiler is done before
   * anything is measured: a setting measured cold looks up to a hundred times slower, and {@link
   * #canBeOptimal} would leave out good ones because of it.
   */
  private void warmUp(Index index, Vectors queries, int k, double seconds, KnnResult result) {
    long start = System.nanoTime();
    for (boolean first = true; (System.nanoTime() - start) / 1e9 < seconds; first = !first) {
      setParameters(index, name(first ? 0 : combinations() - 1L));
      index.searchInto(queries, k, SearchParameters.NONE, result);
    }
  }

  /** Seconds of one pass, averaged over as many as fit the time, after one that warms up. */
  public static double measure(
      Index index, Vectors queries, int k, double minSeconds, KnnResult result) {
    index.searchInto(queries, k, SearchParameters.NONE, result);
    long start = System.nanoTime();
    int passes = 0;
    double elapsed;
    do {
      index.searchInto(queries, k, SearchParameters.NONE, result);
      passes++;
      elapsed = (System.nanoTime() - start) / 1e9;
    } while (elapsed < minSeconds);
    return elapsed / passes;
  }

  private int[] order(int experiments) {
    int n = combinations();
    int[] all = new int[n];
    if (experiments == 0 || n <= 2) {
      Arrays.setAll(all, i -> i);
      return all;
    }
    all[1] = n - 1;
    int[] others = RandomData.permutation(n - 2, ORDER_SEED);
    for (int i = 2; i < n; i++) {
      all[i] = others[i - 2] + 1;
    }
    return Arrays.copyOf(all, Math.min(n, experiments));
  }

  /**
   * FAISS's {@code update_bounds}: slower than every lesser one, no better than any greater one.
   */
  private boolean canBeOptimal(int combination, OperatingPoints points) {
    double least = 0;
    double best = Double.POSITIVE_INFINITY;
    for (OperatingPoint p : points.all()) {
      if (isAtLeast(combination, p.combination())) {
        least = Math.max(least, p.seconds());
      }
      if (isAtLeast(p.combination(), combination)) {
        best = Math.min(best, p.performance());
      }
    }
    return points.secondsFor(best) > least;
  }
}
