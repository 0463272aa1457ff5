package io.sagitta.core.codec;

import io.sagitta.core.memory.CodeRows;
import java.lang.foreign.MemorySegment;

/**
 * Scalar-quantizer scorers of halves, bfloats and nibbles for 256-bit registers: first the lanes of
 * many rows' sums, then the sums of those lanes.
 *
 * <p>Implementation note. Codes are read as 32-bit words of which masks and shifts cut the values
 * out, so that a load of 32 bytes serves two registers of halves or eight of nibbles; loads that
 * widen take longer on a Zen 3. Tables stand in the order the values come in ({@link #place}).
 * Lanes added up behind each row took a third of it; in a pass of their own they overlap. One row
 * at a time: two that share the loads of the tables come close to the 18,000 nodes at which C2
 * stops inlining, so that vectors become objects.
 */
abstract class VectorLaneScorer extends SqScorer {
  /** Bytes of a load. */
  static final int LOAD = 4 * Lanes.COUNT;

  /** Whether registers have the size these scorers are for. */
  static final boolean SUITS = Lanes.COUNT == 8;

  /** Rows whose lanes are kept. */
  private static final int ROWS = 64;

  private final float[] partial = new float[ROWS * Lanes.COUNT];

  VectorLaneScorer(ScalarQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
  }

  /** Writes the lanes of the code's sum to {@code into} from {@code at} on. */
  abstract void lanes(MemorySegment s, int o, float[] into, int at);

  /** The value to return for a code whose lanes and bias sum up to v. */
  float settle(float v, MemorySegment s, int o) {
    return v;
  }

  @Override
  public final float score(MemorySegment codes, long offset) {
    if (isLarge(codes)) {
      return score(codes.asSlice(offset, codeSize), 0);
    }
    int o = (int) offset;
    lanes(codes, o, partial, 0);
    return settle(bias + Lanes.sum(partial, 0), codes, o);
  }

  @Override
  public final void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    if (isLarge(codes)) {
      runLarge(codes, offset, n, out, at);
      return;
    }
    for (int i = 0; i < n; i += ROWS) {
      int rows = Math.min(ROWS, n - i);
      int first = (int) offset + i * codeSize;
      int o = first;
      for (int r = 0; r < rows; r++) {
        lanes(codes, o, partial, r * Lanes.COUNT);
        o += codeSize;
      }
      addLanes(partial, rows, bias, out, at + i);
      settleRun(codes, first, rows, out, at + i);
    }
  }

  /** {@link #settle} for rows one after the other. */
  void settleRun(MemorySegment s, int o, int n, float[] out, int at) {}

  private static void addLanes(float[] partial, int n, float bias, float[] out, int at) {
    for (int r = 0; r < n; r++) {
      out[at + r] = bias + Lanes.sum(partial, r * Lanes.COUNT);
    }
  }

  @Override
  public final void scoreFour(
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

  @Override
  public final void scoreRows(CodeRows rows, int[] ids, int from, int n, float[] out) {
    for (int i = 0; i < n; i += ROWS) {
      int count = Math.min(ROWS, n - i);
      for (int r = 0; r < count; r++) {
        int id = ids[from + i + r];
        MemorySegment s = rows.chunk(id);
        long o = rows.offset(id);
        if (isLarge(s)) {
          s = s.asSlice(o, codeSize);
          o = 0;
        }
        lanes(s, (int) o, partial, r * Lanes.COUNT);
      }
      addLanes(partial, count, bias, out, i);
    }
    settleRows(rows, ids, from, n, out);
  }

  /** {@link #settle} for rows anywhere. */
  void settleRows(CodeRows rows, int[] ids, int from, int n, float[] out) {}
}
