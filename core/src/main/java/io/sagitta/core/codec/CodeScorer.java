package io.sagitta.core.codec;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * Distances (or similarities) between one query and stored codes, in bulk: the scorer seam.
 *
 * <p>For one thread at a time; holds the query and its tables, allocates nothing after construction
 * beyond growing them once. Offsets are bytes. Implementations are final and branch on nothing but
 * their own codec, so that a loop that holds one scorer stays monomorphic inside it.
 */
public abstract class CodeScorer {
  private final float[] quad = new float[4];

  /**
   * Sets the query.
   *
   * @param x d floats at byte {@code offset}; copied where the scorer needs them later
   */
  public abstract void setQuery(MemorySegment x, long offset);

  /** Distance to the code at byte {@code offset}. */
  public abstract float score(MemorySegment codes, long offset);

  /**
   * Distances to n codes that lie one after the other.
   *
   * @param out receives n values at {@code at}
   */
  public abstract void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at);

  /**
   * As {@link #scoreRun}, but a code that does not beat {@code bound} strictly may get any value
   * that does not beat it either. For scorers that can tell so early.
   */
  public void scoreRunBounded(
      MemorySegment codes, long offset, int n, float bound, float[] out, int at) {
    scoreRun(codes, offset, n, out, at);
  }

  /**
   * Distances made of products and a term of each code: {@code plus + terms[from + i] − 2·score},
   * for codes of residuals. A value that is not below {@code bound} may be any other such value.
   *
   * @param n codes one after the other, at most as many as {@code terms} has from {@code from} on
   * @param out receives n values from 0 on
   */
  public void scoreTermsBounded(
      MemorySegment codes,
      long offset,
      int n,
      float[] terms,
      int from,
      float plus,
      float bound,
      float[] out) {
    scoreRun(codes, offset, n, out, 0);
    for (int i = 0; i < n; i++) {
      out[i] = plus + terms[from + i] - 2 * out[i];
    }
  }

  /**
   * Whether {@link #scoreRunBounded} passes over codes by an estimate that may err, so that which
   * codes are found depends on how fresh the bound is. Such codes are scored one at a time, each
   * against the newest bound and in order, which finds what FAISS finds.
   */
  public boolean isStaged() {
    return false;
  }

  /**
   * Distances to four codes anywhere; overlaps their cache misses.
   *
   * @param out receives four values at {@code at}
   */
  public void scoreFour(
      MemorySegment s0,
      long o0,
      MemorySegment s1,
      long o1,
      MemorySegment s2,
      long o2,
      MemorySegment s3,
      long o3,
      float[] out,
      int at) {
    out[at] = score(s0, o0);
    out[at + 1] = score(s1, o1);
    out[at + 2] = score(s2, o2);
    out[at + 3] = score(s3, o3);
  }

  /**
   * Distances to the codes of rows anywhere, {@code ids[from .. from+n-1]}; overlaps their cache
   * misses.
   *
   * <p>Four at a time, the last one repeated at the end, so that there is one call of the scoring
   * loops and not several: where the compiler takes many copies into one method it runs out of room
   * before the last, and vectors become objects.
   *
   * @param out receives n values from 0 on
   */
  public void scoreRows(CodeRows rows, int[] ids, int from, int n, float[] out) {
    int last = from + n - 1;
    for (int i = 0; i < n; i += quad.length) {
      int a = ids[from + i];
      int b = ids[Math.min(last, from + i + 1)];
      int c = ids[Math.min(last, from + i + 2)];
      int e = ids[Math.min(last, from + i + 3)];
      scoreFour(
          rows.chunk(a),
          rows.offset(a),
          rows.chunk(b),
          rows.offset(b),
          rows.chunk(c),
          rows.offset(c),
          rows.chunk(e),
          rows.offset(e),
          quad,
          0);
      int m = Math.min(quad.length, n - i);
      for (int j = 0; j < m; j++) {
        out[i + j] = quad[j];
      }
    }
  }

  /** Distance between two stored codes, without regard to the query (FAISS symmetric_dis). */
  public abstract float between(MemorySegment a, long aOffset, MemorySegment b, long bOffset);
}
