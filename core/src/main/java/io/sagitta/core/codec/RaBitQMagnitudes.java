package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The finer part of a multi-bit RaBitQ code: the magnitudes of a residual on a grid whose scale t
 * makes the quantised direction as parallel as possible to the true one.
 *
 * <p>How t is found: the grid value of a dimension changes only at t = (value + 1)/|o|, so the
 * cosine is followed from one such event to the next in ascending t (a heap holds each dimension's
 * next event), updating numerator and norm by the one term that changed; the best t is kept. The
 * search starts at a share of the largest useful t that depends on the number of bits, as in the
 * paper's code and in FAISS.
 *
 * <p>Scratch of one thread. Source: FAISS {@code RaBitQuantizerMultiBit}.
 */
final class RaBitQMagnitudes {
  private static final float[] START = {0f, .15f, .20f, .52f, .59f, .71f, .75f, .77f, .81f};
  private static final double NUDGE = 1e-5;
  private static final int BEYOND = 10;

  private final int d;
  private final int bits;
  private final int largest;
  private final float[] o;
  private final int[] grid;
  private final EventHeap events;

  RaBitQMagnitudes(int d, int bits) {
    this.d = d;
    this.bits = bits;
    largest = (1 << bits) - 1;
    o = new float[d];
    grid = new int[d];
    events = new EventHeap(d);
  }

  /** Writes the packed magnitudes at {@code at} and the two factors behind them (zeroed memory). */
  void encode(float[] residual, float[] center, MetricType metric, MemorySegment codes, long at) {
    float squares = 0f;
    for (float r : residual) {
      squares += r * r;
    }
    float norm = (float) Math.sqrt(squares);
    if (norm < 1e-10f) {
      return;
    }
    for (int i = 0; i < d; i++) {
      o[i] = Math.abs(residual[i] / norm);
    }
    float t = bestScale();
    double product = 0;
    for (int i = 0; i < d; i++) {
      int code = Math.min((int) (t * o[i] + NUDGE), largest);
      product += (code + 0.5) * o[i];
      grid[i] = residual[i] < 0 ? ~code & largest : code;
    }
    long bit = at * 8;
    for (int i = 0; i < d; i++, bit += bits) {
      for (int b = 0; b < bits; b++) {
        long byteAt = (bit + b) >>> 3;
        int set = (grid[i] >> b & 1) << ((bit + b) & 7);
        codes.set(
            ValueLayout.JAVA_BYTE, byteAt, (byte) (codes.get(ValueLayout.JAVA_BYTE, byteAt) | set));
      }
    }
    float inverse = (float) (1.0 / product);
    if (!(Math.abs(inverse) >= Float.MIN_NORMAL) || Float.isInfinite(inverse)) {
      inverse = 1f;
    }
    long factors = at + ((long) d * bits + 7) / 8;
    if (metric == MetricType.L2) {
      codes.set(Vectors.FLOAT, factors, norm * norm);
      codes.set(Vectors.FLOAT, factors + 4, inverse * -2f * norm);
    } else {
      float dot = 0f;
      for (int i = 0; i < d; i++) {
        dot += residual[i] * center[i];
      }
      codes.set(Vectors.FLOAT, factors, dot);
      codes.set(Vectors.FLOAT, factors + 4, inverse * norm);
    }
  }

  private float bestScale() {
    float top = 0f;
    for (float v : o) {
      top = Math.max(top, v);
    }
    float end = (largest + BEYOND) / top;
    float start = end * START[bits];
    float squares = d * 0.25f;
    float numerator = 0f;
    Arrays.fill(grid, 0);
    for (int i = 0; i < d; i++) {
      int v = (int) ((start * o[i]) + NUDGE);
      grid[i] = v;
      squares += v * v + v;
      numerator += (v + 0.5f) * o[i];
    }
    float inverseNorm = 1f / (float) Math.sqrt(squares);
    events.clear();
    for (int i = 0; i < d; i++) {
      offer(i, end);
    }
    float best = 0f;
    float scale = 0f;
    while (!events.isEmpty()) {
      float t = events.topTime();
      int i = events.removeTop();
      int v = ++grid[i];
      float delta = 2f * v;
      squares += delta;
      numerator += o[i];
      // One Newton step of 1/sqrt in place of a square root per event.
      float before = squares - delta;
      inverseNorm *= 1f - 0.5f * delta / (before + delta * 0.5f);
      float cosine = numerator * inverseNorm;
      if (cosine > best) {
        best = cosine;
        scale = t;
      }
      if (v < largest) {
        offer(i, end);
      }
    }
    return scale;
  }

  private void offer(int i, float end) {
    float t = (grid[i] + 1) * (1f / o[i]);
    if (t < end) {
      events.add(t, i);
    }
  }

  /** A binary heap of (time, dimension), smallest first. */
  private static final class EventHeap {
    private final float[] times;
    private final int[] dims;
    private int size;

    EventHeap(int capacity) {
      times = new float[capacity];
      dims = new int[capacity];
    }

    void clear() {
      size = 0;
    }

    boolean isEmpty() {
      return size == 0;
    }

    float topTime() {
      return times[0];
    }

    void add(float t, int dim) {
      int i = size++;
      while (i > 0) {
        int p = (i - 1) >>> 1;
        if (!less(t, dim, times[p], dims[p])) {
          break;
        }
        times[i] = times[p];
        dims[i] = dims[p];
        i = p;
      }
      times[i] = t;
      dims[i] = dim;
    }

    int removeTop() {
      int top = dims[0];
      float t = times[--size];
      int dim = dims[size];
      int i = 0;
      while (true) {
        int c = 2 * i + 1;
        if (c >= size) {
          break;
        }
        if (c + 1 < size && less(times[c + 1], dims[c + 1], times[c], dims[c])) {
          c++;
        }
        if (!less(times[c], dims[c], t, dim)) {
          break;
        }
        times[i] = times[c];
        dims[i] = dims[c];
        i = c;
      }
      if (size > 0) {
        times[i] = t;
        dims[i] = dim;
      }
      return top;
    }

    private static boolean less(float t, int dim, float otherTime, int otherDim) {
      return t < otherTime || (t == otherTime && dim < otherDim);
    }
  }
}
