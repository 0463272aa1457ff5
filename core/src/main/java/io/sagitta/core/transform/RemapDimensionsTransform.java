package io.sagitta.core.transform;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;

/**
 * Copies, drops, spreads or pads dimensions: output i is input map[i], or 0 where map[i] is −1.
 * Learns nothing. Threads: as {@link VectorTransform} says.
 */
public final class RemapDimensionsTransform extends VectorTransform {
  private final int[] map;

  /**
   * A given map.
   *
   * @param map for each output dimension the input dimension, or −1
   * @throws IllegalArgumentException if an entry is no input dimension
   */
  public RemapDimensionsTransform(int dIn, int[] map) {
    super(dIn, map.length);
    for (int i = 0; i < map.length; i++) {
      if (map[i] < -1 || map[i] >= dIn) {
        throw new IllegalArgumentException(
            "map[" + i + "] = " + map[i] + " is neither -1 nor a dimension below " + dIn);
      }
    }
    this.map = map.clone();
  }

  /**
   * The first dimensions, the rest dropped or padded with zeros; or, {@code uniform}, evenly
   * spread.
   */
  public RemapDimensionsTransform(int dIn, int dOut, boolean uniform) {
    this(dIn, layout(dIn, dOut, uniform));
  }

  private static int[] layout(int dIn, int dOut, boolean uniform) {
    int[] map = new int[dOut];
    java.util.Arrays.fill(map, -1);
    if (!uniform) {
      for (int i = 0; i < Math.min(dIn, dOut); i++) {
        map[i] = i;
      }
    } else if (dIn < dOut) {
      for (int i = 0; i < dIn; i++) {
        map[(int) ((long) i * dOut / dIn)] = i;
      }
    } else {
      for (int i = 0; i < dOut; i++) {
        map[i] = (int) ((long) i * dIn / dOut);
      }
    }
    return map;
  }

  /** For each output dimension the input dimension, or −1. */
  public int[] map() {
    return map.clone();
  }

  @Override
  public boolean isTrained() {
    return true;
  }

  @Override
  void learn(Vectors x, ProgressListener listener) {
    // Nothing to learn.
  }

  @Override
  void map(Vectors x, MemorySegment out) {
    for (long i = 0; i < x.n(); i++) {
      for (int j = 0; j < map.length; j++) {
        float v = map[j] < 0 ? 0f : x.get(i, map[j]);
        out.set(Vectors.FLOAT, (i * map.length + j) * 4, v);
      }
    }
  }

  @Override
  void unmap(Vectors y, MemorySegment out) {
    for (long i = 0; i < y.n(); i++) {
      for (int j = 0; j < dIn(); j++) {
        out.set(Vectors.FLOAT, (i * dIn() + j) * 4, 0f);
      }
      for (int j = 0; j < map.length; j++) {
        if (map[j] >= 0) {
          out.set(Vectors.FLOAT, (i * dIn() + map[j]) * 4, y.get(i, j));
        }
      }
    }
  }

  @Override
  boolean sameValues(VectorTransform other) {
    return java.util.Arrays.equals(map, ((RemapDimensionsTransform) other).map);
  }

  @Override
  public RemapDimensionsTransform copy() {
    return this;
  }
}
