package io.sagitta.core.factory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Settings that were measured, and among them the Pareto set: those that no other one beats in both
 * performance and time (FAISS {@code OperatingPoints}). A point of performance 0 is never optimal;
 * of two equally fast ones the better stays, of two equally good ones the faster.
 *
 * <p>Not safe for several threads.
 */
public final class OperatingPoints {
  private final List<OperatingPoint> all = new ArrayList<>();

  /** Ascending in performance and in time. */
  private final List<OperatingPoint> optimal = new ArrayList<>();

  /** An empty set. */
  public OperatingPoints() {}

  /**
   * Takes a point in.
   *
   * @return whether it is optimal among those seen so far
   */
  public boolean add(OperatingPoint p) {
    all.add(p);
    if (p.performance() <= 0) {
      return false;
    }
    for (OperatingPoint o : optimal) {
      if (o.performance() >= p.performance() && o.seconds() <= p.seconds()) {
        return false;
      }
    }
    optimal.removeIf(o -> o.performance() <= p.performance() && o.seconds() >= p.seconds());
    int at = 0;
    while (at < optimal.size() && optimal.get(at).performance() < p.performance()) {
      at++;
    }
    optimal.add(at, p);
    return true;
  }

  /** Takes in all points of another set. */
  public void mergeWith(OperatingPoints other) {
    other.all.forEach(this::add);
  }

  /** All points, in the order of measuring. */
  public List<OperatingPoint> all() {
    return List.copyOf(all);
  }

  /** The Pareto set, fastest first. */
  public List<OperatingPoint> optimal() {
    return List.copyOf(optimal);
  }

  /** The fastest point that reaches a performance. */
  public Optional<OperatingPoint> fastestFor(double performance) {
    return optimal.stream().filter(o -> o.performance() >= performance).findFirst();
  }

  /** Seconds of {@link #fastestFor}, infinity if nothing reaches it. */
  public double secondsFor(double performance) {
    return performance <= 0
        ? 0
        : fastestFor(performance).map(OperatingPoint::seconds).orElse(Double.POSITIVE_INFINITY);
  }
}
