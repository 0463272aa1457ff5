package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexFlatTest {
  private static float[] integers(Random r, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = r.nextInt(7) - 3;
    }
    return x;
  }

  /** Adds, removals and searches against a list, on integer data where distances are exact. */
  @Property(tries = 60)
  void behavesLikeAList(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int d, @ForAll MetricType metric) {
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT && metric != MetricType.L1) {
      metric = MetricType.LINF;
    }
    Random r = new Random(seed);
    long before = MemoryBlock.allocatedBytes();
    try (IndexFlat index = new IndexFlat(d, metric)) {
      List<float[]> model = new ArrayList<>();
      for (int step = 0; step < 30; step++) {
        if (r.nextInt(3) > 0) {
          int n = r.nextInt(r.nextInt(4) == 0 ? 3000 : 20);
          float[] x = integers(r, n * d);
          index.add(x);
          for (int i = 0; i < n; i++) {
            model.add(Arrays.copyOfRange(x, i * d, (i + 1) * d));
          }
        } else {
          IDSelector s = selector(r, model.size());
          long removed = index.removeIds(s);
          int size = model.size();
          List<float[]> rest = new ArrayList<>();
          for (int i = 0; i < size; i++) {
            if (!s.isMember(i)) {
              rest.add(model.get(i));
            }
          }
          assertThat(removed).isEqualTo(size - rest.size());
          model = rest;
        }
        check(index, model, r);
      }
      byte[] bytes = IndexIO.toBytes(index);
      try (Index back = IndexIO.fromBytes(bytes)) {
        check(back, model, r);
        assertThat(IndexIO.toBytes(back)).isEqualTo(bytes);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      try (Index copy = index.copy()) {
        check(copy, model, r);
      }
      index.reset();
      check(index, List.of(), r);
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  private static IDSelector selector(Random r, int size) {
    long a = size == 0 ? 0 : r.nextInt(size);
    return switch (r.nextInt(4)) {
      case 0 -> new IDSelectorRange(a - 3, a + r.nextInt(2000));
      case 1 -> new IDSelectorArray(a, a + 1, a, -1, size);
      case 2 -> id -> (id * 0x9E3779B9L >>> 7) % 3 == 0;
      default -> new IDSelectorArray(a);
    };
  }

  private static void check(Index index, List<float[]> model, Random r) {
    int d = index.d();
    assertThat(index.ntotal()).isEqualTo(model.size());
    int nq = 1 + r.nextInt(3);
    float[] q = integers(r, nq * d);
    int k = 1 + r.nextInt(12);
    IDSelector s = r.nextBoolean() ? null : selector(r, model.size());
    KnnResult got =
        index.search(
            Vectors.of(q, d), k, s == null ? SearchParameters.NONE : SearchParameters.of(s));
    for (int i = 0; i < nq; i++) {
      float[] query = Arrays.copyOfRange(q, i * d, (i + 1) * d);
      List<Integer> want = new ArrayList<>();
      float[] dist = new float[model.size()];
      for (int j = 0; j < model.size(); j++) {
        dist[j] = distance(index.metricType(), query, model.get(j));
        if (s == null || s.isMember(j)) {
          want.add(j);
        }
      }
      MetricType metric = index.metricType();
      boolean sim = metric.isSimilarity();
      // FAISS's heap: only a strictly better one enters, and of the equally bad the largest id
      // leaves
      // (similarities: the smallest).
      Comparator<Integer> order =
          (x, y) -> {
            int c = sim ? Float.compare(dist[y], dist[x]) : Float.compare(dist[x], dist[y]);
            return c != 0 ? c : sim ? Integer.compare(y, x) : Integer.compare(x, y);
          };
      TreeSet<Integer> kept = new TreeSet<>(order);
      for (int j : want) {
        if (kept.size() == k && metric.better(dist[j], dist[kept.last()])) {
          kept.pollLast();
        }
        if (kept.size() < k) {
          kept.add(j);
        }
      }
      List<Integer> best = new ArrayList<>(kept);
      assertThat(got.count(i)).isEqualTo(best.size());
      for (int j = 0; j < best.size(); j++) {
        assertThat(got.distance(i, j)).isEqualTo(dist[best.get(j)]);
        assertThat(got.id(i, j)).isEqualTo((long) best.get(j));
      }
    }
    if (!model.isEmpty()) {
      int from = r.nextInt(model.size());
      int n = r.nextInt(model.size() - from + 1);
      float[] all = index.reconstructN(from, n);
      for (int j = 0; j < n; j++) {
        assertThat(Arrays.copyOfRange(all, j * d, (j + 1) * d)).isEqualTo(model.get(from + j));
      }
      assertThat(index.reconstruct(from)).isEqualTo(model.get(from));
    }
  }

  private static float distance(MetricType m, float[] x, float[] y) {
    float sum = 0;
    for (int i = 0; i < x.length; i++) {
      float diff = x[i] - y[i];
      switch (m) {
        case L2 -> sum += diff * diff;
        case INNER_PRODUCT -> sum += x[i] * y[i];
        case L1 -> sum += Math.abs(diff);
        default -> sum = Math.max(sum, Math.abs(diff));
      }
    }
    return sum;
  }

  @Test
  void writesFaissBytes() {
    try (IndexFlatL2 index = new IndexFlatL2(2)) {
      index.add(new float[] {1, 2});
      assertThat(HexFormat.of().formatHex(IndexIO.toBytes(index)))
          .isEqualTo(
              "49784632020000000100000000000000000010000000000000001000000000000101000000"
                  + "02000000000000000000803f00000040");
    }
  }

  @Test
  void mapsAFile(@TempDir Path dir) throws IOException {
    Random r = new Random(1);
    Path file = dir.resolve("flat.faiss");
    float[] x = integers(r, 5000 * 16);
    try (Index index = IndexFactory.create(16, "Flat")) {
      index.add(x);
      IndexIO.write(index, file);
    }
    try (Index mapped = IndexIO.open(file)) {
      assertThat(mapped.reconstructN(0, 5000)).isEqualTo(x);
      assertThat(mapped.search(new float[16], 5).count(0)).isEqualTo(5);
      assertThatThrownBy(() -> mapped.add(new float[16]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> mapped.removeIds(new IDSelectorRange(0, 1)))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(mapped::reset).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void borrows() {
    Random r = new Random(2);
    float[] x = integers(r, 3000 * 8);
    float[] more = integers(r, 100 * 8);
    float[] kept = x.clone();
    try (IndexFlat index = IndexFlat.over(Vectors.of(x, 8), MetricType.L2)) {
      assertThat(index.offHeapBytes()).isZero();
      index.add(more);
      index.removeIds(new IDSelectorRange(0, 2900));
      assertThat(index.ntotal()).isEqualTo(200);
      assertThat(index.reconstructN(0, 100)).isEqualTo(Arrays.copyOfRange(x, 2900 * 8, 3000 * 8));
      assertThat(index.reconstructN(100, 100)).isEqualTo(more);
    }
    assertThat(x).isEqualTo(kept);
  }

  /** However it was filled, an index takes at most 1.02 times its vectors. */
  @Test
  void memoryIsThatOfTheVectors() {
    int d = 128;
    int n = 150_000;
    float[] x = new float[10_000 * d];
    for (int step : new int[] {10_000, 7_919, 97}) {
      try (IndexFlatL2 index = new IndexFlatL2(d)) {
        Vectors block = Vectors.of(x, d).slice(0, step);
        while (index.ntotal() < n) {
          index.add(block);
        }
        double raw = index.ntotal() * 4.0 * d;
        assertThat(index.offHeapBytes() / raw).isBetween(1.0, 1.02);
      }
    }
  }
}
