package io.sagitta.conformance;

import io.sagitta.core.MetricType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule by which two answers to one search agree.
 *
 * <p><b>Distances.</b> The values at one position agree when |a − b| ≤ t, where t is the tolerance
 * of that query and id: 1e-5·S with S the sum of the absolute terms of the formula FAISS uses on
 * that path (see {@link Terms}), or 0 where every value is exact in float32.
 *
 * <p><b>Ids.</b> They agree position by position, except among candidates that lie within t of each
 * other: two lists may order such candidates differently, or take another one of them at the end of
 * the list. With t = 0 the only exception left is that of exactly equal distances, and only if
 * {@code freeTies}; otherwise ties too are in FAISS's order.
 *
 * <p><b>Short lists.</b> Both lists have the same number of real results; the padding (id −1 and
 * the metric's worst value) is the same.
 *
 * <p>Immutable; safe for all threads.
 *
 * @param metric decides the padding
 * @param freeTies whether ids may differ among exactly equal distances
 * @param paddingValue whether the distance that stands beside id −1 must be equal too
 */
public record Agreement(MetricType metric, boolean freeTies, boolean paddingValue) {
  /** Ids −1 and their distances as FAISS; ties in FAISS's order. */
  public static Agreement strict(MetricType metric) {
    return new Agreement(metric, false, true);
  }

  /** As this, but ids may differ among exactly equal distances. */
  public Agreement withFreeTies() {
    return new Agreement(metric, true, paddingValue);
  }

  /** As this, but the distance beside id −1 is not compared. */
  public Agreement withFreePadding() {
    return new Agreement(metric, freeTies, false);
  }

  /** The tolerance of one query and one id. */
  @FunctionalInterface
  public interface Tolerance {
    /** Absolute tolerance, ≥ 0. */
    double of(int query, long id);
  }

  /**
   * All differences between two FAISS-shaped answers, nq × k row-major.
   *
   * @param ids the answer judged
   * @param distances its distances
   * @param expectedIds FAISS's answer
   * @param expectedDistances its distances
   */
  public List<Difference> compare(
      int nq,
      int k,
      long[] ids,
      float[] distances,
      long[] expectedIds,
      float[] expectedDistances,
      Tolerance tolerance) {
    List<Difference> out = new ArrayList<>();
    if (ids.length != nq * k || expectedIds.length != nq * k) {
      out.add(
          new Difference(
              Difference.Kind.DEFECT,
              0,
              0,
              "shape: "
                  + ids.length
                  + " and "
                  + expectedIds.length
                  + " ids for "
                  + nq
                  + " x "
                  + k));
      return out;
    }
    for (int q = 0; q < nq; q++) {
      query(q, k, ids, distances, expectedIds, expectedDistances, tolerance, out);
    }
    return out;
  }

  private void query(
      int q,
      int k,
      long[] ids,
      float[] distances,
      long[] expectedIds,
      float[] expectedDistances,
      Tolerance tolerance,
      List<Difference> out) {
    int base = q * k;
    int count = real(ids, base, k);
    int expectedCount = real(expectedIds, base, k);
    if (count != expectedCount) {
      out.add(
          new Difference(
              Difference.Kind.DEFECT,
              q,
              Math.min(count, expectedCount),
              count + " results, expected " + expectedCount));
      return;
    }
    Map<Long, Integer> expectedAt = new HashMap<>();
    for (int j = 0; j < count; j++) {
      expectedAt.putIfAbsent(expectedIds[base + j], j);
    }
    Map<Long, Integer> at = new HashMap<>();
    for (int j = 0; j < count; j++) {
      at.putIfAbsent(ids[base + j], j);
    }
    for (int j = 0; j < count; j++) {
      float mine = distances[base + j];
      float theirs = expectedDistances[base + j];
      long id = ids[base + j];
      long expected = expectedIds[base + j];
      double t = Math.max(tolerance.of(q, id), tolerance.of(q, expected));
      double gap = gap(mine, theirs);
      if (gap > t) {
        out.add(
            new Difference(
                Difference.Kind.DEFECT,
                q,
                j,
                "distance "
                    + mine
                    + " (id "
                    + id
                    + "), expected "
                    + theirs
                    + " (id "
                    + expected
                    + "), tolerance "
                    + t));
        continue;
      }
      if (gap > 0) {
        out.add(
            new Difference(
                Difference.Kind.ROUNDING, q, j, "distance " + mine + ", expected " + theirs));
      }
      if (id == expected) {
        continue;
      }
      // The id stands where FAISS has another one. Both must be within the tolerance of this
      // position: by FAISS's own distance where FAISS lists it, else as a swap at the list's end.
      double away = awayFrom(theirs, id, expectedAt, expectedDistances, base, count, mine);
      double otherAway = awayFrom(mine, expected, at, distances, base, count, theirs);
      double worst = Math.max(away, otherAway);
      if (worst > 2 * t || (t == 0 && !freeTies)) {
        out.add(
            new Difference(
                Difference.Kind.DEFECT,
                q,
                j,
                "id "
                    + id
                    + " ("
                    + mine
                    + "), expected "
                    + expected
                    + " ("
                    + theirs
                    + "), tolerance "
                    + t));
      } else {
        out.add(
            new Difference(
                worst == 0 ? Difference.Kind.TIE : Difference.Kind.ROUNDING,
                q,
                j,
                "id " + id + ", expected " + expected + " at distance " + theirs));
      }
    }
    if (at.size() < count && expectedAt.size() == count) {
      out.add(new Difference(Difference.Kind.DEFECT, q, count, "an id is listed twice"));
    }
    for (int j = count; paddingValue && j < k; j++) {
      if (distances[base + j] != expectedDistances[base + j]) {
        out.add(
            new Difference(
                Difference.Kind.DEFECT,
                q,
                j,
                "padding " + distances[base + j] + ", expected " + expectedDistances[base + j]));
      }
    }
  }

  /** How far the distance of an id in the other list is from this position's distance. */
  private static double awayFrom(
      float here,
      long id,
      Map<Long, Integer> positions,
      float[] distances,
      int base,
      int count,
      float own) {
    Integer p = positions.get(id);
    if (p != null) {
      return gap(here, distances[base + p]);
    }
    // Not listed there: it lost the last place, so it must be as good as that list's last one.
    return gap(own, distances[base + count - 1]);
  }

  private static int real(long[] ids, int base, int k) {
    int n = 0;
    while (n < k && ids[base + n] != -1) {
      n++;
    }
    return n;
  }

  private static double gap(float a, float b) {
    if (Float.compare(a, b) == 0 || a == b) {
      return 0;
    }
    double gap = Math.abs((double) a - b);
    return Double.isNaN(gap) ? Double.POSITIVE_INFINITY : gap;
  }

  /**
   * All differences for families in which FAISS passes over vectors by an estimate that may err, so
   * that the two lists may hold other ids: there are as many results, and an id that both list has
   * the same distance in both. See {@link #worsePlaces} for the ids that only one of them lists.
   */
  public List<Difference> compareShared(
      int nq,
      int k,
      long[] ids,
      float[] distances,
      long[] expectedIds,
      float[] expectedDistances,
      Tolerance tolerance) {
    List<Difference> out = new ArrayList<>();
    for (int q = 0; q < nq; q++) {
      int base = q * k;
      int count = real(ids, base, k);
      int expectedCount = real(expectedIds, base, k);
      if (count != expectedCount) {
        String text = count + " results, expected " + expectedCount;
        out.add(new Difference(Difference.Kind.DEFECT, q, Math.min(count, expectedCount), text));
        continue;
      }
      Map<Long, Float> theirs = new HashMap<>();
      for (int j = 0; j < count; j++) {
        theirs.put(expectedIds[base + j], expectedDistances[base + j]);
      }
      for (int j = 0; j < count; j++) {
        Float same = theirs.get(ids[base + j]);
        if (same != null && gap(distances[base + j], same) > tolerance.of(q, ids[base + j])) {
          String text =
              "id " + ids[base + j] + " at distance " + distances[base + j] + ", expected " + same;
          out.add(new Difference(Difference.Kind.DEFECT, q, j, text));
        }
      }
    }
    return out;
  }

  /** At how many places the distance is worse than FAISS's by more than the tolerance. */
  public int worsePlaces(
      int nq, int k, long[] ids, float[] distances, float[] expected, Tolerance tolerance) {
    int worse = 0;
    for (int q = 0; q < nq; q++) {
      for (int i = q * k; i < q * k + real(ids, q * k, k); i++) {
        double by = (double) distances[i] - expected[i];
        if (!((metric.isSimilarity() ? -by : by) <= tolerance.of(q, ids[i]))) {
          worse++;
        }
      }
    }
    return worse;
  }

  /**
   * All differences between two range answers: every id of one is in the other, at an agreeing
   * distance, except those within the tolerance of the radius.
   *
   * @param lims nq + 1 offsets of the answer judged
   */
  public List<Difference> compareRange(
      float radius,
      long[] lims,
      long[] ids,
      float[] distances,
      long[] expectedLims,
      long[] expectedIds,
      float[] expectedDistances,
      Tolerance tolerance) {
    List<Difference> out = new ArrayList<>();
    for (int q = 0; q < expectedLims.length - 1; q++) {
      Map<Long, List<Float>> theirs = group(expectedLims, expectedIds, expectedDistances, q);
      Map<Long, List<Float>> mine = group(lims, ids, distances, q);
      for (Map.Entry<Long, List<Float>> e : mine.entrySet()) {
        List<Float> other = theirs.remove(e.getKey());
        int extra =
            matched(q, e.getKey(), e.getValue(), other == null ? List.of() : other, tolerance, out);
        if (extra != 0) {
          one(q, e.getKey(), e.getValue().getFirst(), radius, "not expected", tolerance, out);
        }
      }
      for (Map.Entry<Long, List<Float>> e : theirs.entrySet()) {
        one(q, e.getKey(), e.getValue().getFirst(), radius, "missing", tolerance, out);
      }
    }
    return out;
  }

  private static int matched(
      int q,
      long id,
      List<Float> mine,
      List<Float> theirs,
      Tolerance tolerance,
      List<Difference> out) {
    for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
      double gap = gap(mine.get(i), theirs.get(i));
      if (gap > 0) {
        out.add(
            new Difference(
                gap > tolerance.of(q, id) ? Difference.Kind.DEFECT : Difference.Kind.ROUNDING,
                q,
                i,
                "id " + id + " at distance " + mine.get(i) + ", expected " + theirs.get(i)));
      }
    }
    return mine.size() - theirs.size();
  }

  private static void one(
      int q,
      long id,
      float distance,
      float radius,
      String what,
      Tolerance tolerance,
      List<Difference> out) {
    boolean near = Math.abs((double) distance - radius) <= tolerance.of(q, id);
    out.add(
        new Difference(
            near ? Difference.Kind.ROUNDING : Difference.Kind.DEFECT,
            q,
            0,
            "id " + id + " at distance " + distance + " is " + what + ", radius " + radius));
  }

  private static Map<Long, List<Float>> group(long[] lims, long[] ids, float[] distances, int q) {
    Map<Long, List<Float>> out = new HashMap<>();
    for (long i = lims[q]; i < lims[q + 1]; i++) {
      out.computeIfAbsent(ids[(int) i], x -> new ArrayList<>()).add(distances[(int) i]);
    }
    out.values().forEach(l -> l.sort(Float::compare));
    return out;
  }

  /** The defects among differences. */
  public static List<Difference> defects(List<Difference> differences) {
    return differences.stream().filter(d -> d.kind() == Difference.Kind.DEFECT).toList();
  }
}
