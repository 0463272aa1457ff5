package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.ResultCollector;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Panorama's scan of one query: level by level, and after each level whoever can no longer beat the
 * collector's threshold is dropped, by Cauchy and Schwarz: what is left of a dot product is at most
 * the product of the two tail norms.
 *
 * <p>Exact: the survivors of the last level carry ‖x‖² + ‖q‖² − 2·x·q (or x·q). The bound is
 * widened by a few units in the last place of ‖x‖² + ‖q‖², so rounding never drops a vector that a
 * plain scan would keep; FAISS compares without that margin. The threshold is taken anew for each
 * batch.
 *
 * <p>Scratch of one thread; allocates nothing after construction.
 */
public final class PanoramaScan {
  /** Eight rounding units: each term of the bound carries a few. */
  private static final float MARGIN = 8 * 0x1p-24f;

  private final PanoramaLayout layout;
  private final boolean similarity;
  private final float worst;
  private final float[] query;
  private final float[] tails;
  private final int[] active;
  private final float[] distances;
  private final float[] dots;
  private float norm;
  private long dimensionsScanned;
  private long dimensionsOffered;

  /**
   * @param metric L2 or inner product
   */
  public PanoramaScan(PanoramaLayout layout, MetricType metric) {
    this.layout = layout;
    similarity = metric.isSimilarity();
    worst = metric.worst();
    query = new float[layout.d()];
    tails = new float[layout.levels() + 1];
    active = new int[layout.batch()];
    distances = new float[layout.batch()];
    dots = new float[layout.batch() + 3];
  }

  /** Sets the query: d floats at byte {@code offset}. */
  public void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    float sum = 0f;
    for (int l = layout.levels() - 1; l >= 0; l--) {
      int end = layout.startOf(l) + layout.widthOf(l);
      for (int j = layout.startOf(l); j < end; j++) {
        sum += query[j] * query[j];
      }
      tails[l] = (float) Math.sqrt(sum);
    }
    norm = tails[0] * tails[0];
  }

  /** Dimensions read since construction, in units of vector levels. */
  public long dimensionsScanned() {
    return dimensionsScanned;
  }

  /** Dimensions a plain scan would have read, in units of vector levels. */
  public long dimensionsOffered() {
    return dimensionsOffered;
  }

  /** Which slots of a batch take part. */
  @FunctionalInterface
  public interface SlotFilter {
    /** Whether the vector at a slot takes part. */
    boolean accepts(int slot);
  }

  /**
   * Offers the vectors of a batch that may beat the collector's threshold to the collector, in slot
   * order.
   *
   * @param count vectors in the batch
   * @param filter which slots take part; null = all
   * @param ids the id of a slot
   */
  public void scan(
      MemorySegment codes,
      long codesAt,
      MemorySegment norms,
      long normsAt,
      int count,
      @Nullable SlotFilter filter,
      ResultCollector collector,
      IdOf ids) {
    int n = 0;
    for (int i = 0; i < count; i++) {
      if (filter == null || filter.accepts(i)) {
        begin(norms, normsAt, n++, i);
      }
    }
    n = survivors(codes, codesAt, norms, normsAt, n, collector.threshold());
    for (int i = 0; i < n; i++) {
      collector.add(value(active[i]), ids.id(active[i]));
    }
  }

  /**
   * The distances of the first {@code count} slots of a batch; those that provably do not beat
   * {@code bound} strictly get the metric's worst value.
   *
   * @param out receives {@code count} values at {@code at}
   */
  public void scanBounded(
      MemorySegment codes,
      long codesAt,
      MemorySegment norms,
      long normsAt,
      int count,
      float bound,
      float[] out,
      int at) {
    for (int i = 0; i < count; i++) {
      begin(norms, normsAt, i, i);
    }
    int n = survivors(codes, codesAt, norms, normsAt, count, bound);
    Arrays.fill(out, at, at + count, worst);
    for (int i = 0; i < n; i++) {
      out[at + active[i]] = value(active[i]);
    }
  }

  /** The distance of one slot, or the metric's worst value where it does not beat {@code bound}. */
  public float distance(
      MemorySegment codes, long codesAt, MemorySegment norms, long normsAt, int slot, float bound) {
    begin(norms, normsAt, 0, slot);
    return survivors(codes, codesAt, norms, normsAt, 1, bound) == 0 ? worst : value(slot);
  }

  private void begin(MemorySegment norms, long normsAt, int place, int slot) {
    active[place] = slot;
    float t = norms.get(Vectors.FLOAT, normsAt + 4L * slot);
    distances[slot] = similarity ? 0f : t * t + norm;
  }

  private float value(int slot) {
    float v = distances[slot];
    return similarity ? v : Math.max(0f, v);
  }

  /** Runs the first n active slots through the levels; returns how many are left. */
  private int survivors(
      MemorySegment codes,
      long codesAt,
      MemorySegment norms,
      long normsAt,
      int count,
      float threshold) {
    int n = count;
    dimensionsOffered += (long) n * layout.levels();
    long levelAt = codesAt;
    for (int l = 0; l < layout.levels() && n > 0; l++) {
      dimensionsScanned += n;
      int w = layout.widthOf(l);
      Kernels.DISTANCES.ipPicked(query, layout.startOf(l), codes, levelAt, w, active, n, dots);
      n = prune(norms, normsAt, normsAt + 4L * (l + 1) * layout.batch(), l + 1, n, threshold);
      levelAt += 4L * w * layout.batch();
    }
    return n;
  }

  /** The id of a slot. */
  @FunctionalInterface
  public interface IdOf {
    /** The id of the vector at a slot. */
    long id(int slot);
  }

  /**
   * Drops those of the first n active slots that cannot beat the threshold any more; their products
   * stand as {@code ipPicked} leaves them.
   */
  private int prune(
      MemorySegment norms, long firstAt, long tailsAt, int level, int n, float threshold) {
    int quarter = n >>> 2;
    int kept = 0;
    for (int s = 0; s < 4; s++) {
      kept = prune(norms, firstAt, tailsAt, level, s * quarter, quarter, s, 4, kept, threshold);
    }
    return prune(
        norms, firstAt, tailsAt, level, 4 * quarter, n & 3, 4 * quarter, 1, kept, threshold);
  }

  /** Places {@code from} and on, whose products stand {@code step} apart from {@code at} on. */
  private int prune(
      MemorySegment norms,
      long firstAt,
      long tailsAt,
      int level,
      int from,
      int count,
      int at,
      int step,
      int before,
      float threshold) {
    float tail = tails[level];
    int kept = before;
    for (int i = 0; i < count; i++) {
      int slot = active[from + i];
      float v = distances[slot];
      float dot = dots[at + i * step];
      float t = norms.get(Vectors.FLOAT, tailsAt + 4L * slot);
      boolean keep;
      if (similarity) {
        v += dot;
        float whole = norms.get(Vectors.FLOAT, firstAt + 4L * slot) * tails[0];
        keep = v + t * tail + MARGIN * whole > threshold;
      } else {
        float whole = norms.get(Vectors.FLOAT, firstAt + 4L * slot);
        v -= 2f * dot;
        keep = v - 2f * t * tail - MARGIN * (whole * whole + norm) < threshold;
      }
      distances[slot] = v;
      active[kept] = slot;
      kept += keep ? 1 : 0;
    }
    return kept;
  }
}
