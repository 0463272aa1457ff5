package io.sagitta.conformance;

/**
 * One place where two answers are not the same.
 *
 * @param kind how serious it is
 * @param query number of the query
 * @param position place in the query's list
 * @param text what differs, for people
 */
public record Difference(Kind kind, int query, int position, String text) {
  /** How serious a difference is. */
  public enum Kind {
    /** Equal distances in another order, or another choice among equals at the end of the list. */
    TIE,
    /** Distances that differ by no more than float32 arithmetic explains, and swaps they cause. */
    ROUNDING,
    /** Anything else. */
    DEFECT
  }

  @Override
  public String toString() {
    return kind + " at query " + query + ", position " + position + ": " + text;
  }
}
