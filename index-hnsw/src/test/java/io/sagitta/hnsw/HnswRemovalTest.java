package io.sagitta.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import io.sagitta.flat.IndexFlatL2;
import io.sagitta.flat.IndexIDMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HnswRemovalTest {
  private static float[] gaussian(Random r, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) r.nextGaussian();
    }
    return x;
  }

  private static float[] rows(List<float[]> model) {
    int d = model.isEmpty() ? 1 : model.get(0).length;
    float[] x = new float[model.size() * d];
    for (int i = 0; i < model.size(); i++) {
      System.arraycopy(model.get(i), 0, x, i * d, d);
    }
    return x;
  }

  private static double recall(Index index, float[] queries, int d, List<float[]> model, int ef) {
    KnnResult found = index.search(queries, 10, SearchParameters.builder().efSearch(ef).build());
    KnnResult truth;
    try (IndexFlatL2 flat = new IndexFlatL2(d)) {
      flat.add(rows(model));
      truth = flat.search(queries, 10);
    }
    int hits = 0;
    for (int q = 0; q < truth.nq(); q++) {
      assertThat(found.count(q)).isEqualTo(truth.count(q));
      for (int i = 0; i < truth.count(q); i++) {
        for (int j = 0; j < found.count(q); j++) {
          hits += truth.id(q, i) == found.id(q, j) ? 1 : 0;
        }
      }
    }
    return hits / (10.0 * truth.nq());
  }

  /** Removes from the model the ids drawn and gives them back. */
  private static List<float[]> take(List<float[]> model, TreeSet<Integer> ids) {
    List<float[]> taken = new ArrayList<>();
    List<float[]> left = new ArrayList<>();
    for (int i = 0; i < model.size(); i++) {
      (ids.contains(i) ? taken : left).add(model.get(i));
    }
    model.clear();
    model.addAll(left);
    return taken;
  }

  private static TreeSet<Integer> draw(Random r, int n, int bound) {
    TreeSet<Integer> ids = new TreeSet<>();
    while (ids.size() < n) {
      ids.add(r.nextInt(bound));
    }
    return ids;
  }

  private static void churn(int step) {
    int d = 16;
    int n = 3000;
    Random r = new Random(step);
    float[] x = gaussian(r, n * d);
    float[] queries = gaussian(r, 300 * d);
    List<float[]> model = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      model.add(Arrays.copyOfRange(x, i * d, (i + 1) * d));
    }
    try (IndexHNSWFlat index = new IndexHNSWFlat(d, 8)) {
      index.add(x);
      List<float[]> out = new ArrayList<>();
      for (int done = 0; done < n * 9 / 10; done += step) {
        TreeSet<Integer> ids = draw(r, step, model.size());
        assertThat(index.removeIds(id -> ids.contains((int) id))).isEqualTo(step);
        out.addAll(take(model, ids));
        if (out.size() > n / 4) {
          Collections.shuffle(out, r);
          index.add(rows(out));
          model.addAll(out);
          out.clear();
        }
      }
      index.add(rows(out));
      model.addAll(out);
      double churned = recall(index, queries, d, model, 40);
      try (IndexHNSWFlat fresh = new IndexHNSWFlat(d, 8)) {
        fresh.add(rows(model));
        assertThat(churned).isGreaterThan(recall(fresh, queries, d, model, 40) - 0.01);
      }
      // Removed rows are used again: the stores have not grown.
      try (IndexSnapshot<HnswState> s = index.snapshot()) {
        assertThat(index.rowBound(s.state())).isLessThan((long) (1.05 * n));
      }
    }
  }

  @Test
  void staysGoodWhenNineTenthsGoInSmallSteps() {
    churn(3);
  }

  @Test
  void staysGoodWhenNineTenthsGoInLargeSteps() {
    churn(300);
  }

  @Property(tries = 40)
  void idsAreThoseOfAList(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int d)
      throws IOException {
    Random r = new Random(seed);
    long before = MemoryBlock.allocatedBytes();
    List<float[]> model = new ArrayList<>();
    try (IndexHNSWFlat index = new IndexHNSWFlat(d, 4)) {
      for (int step = 0; step < 25; step++) {
        if (model.isEmpty() || r.nextInt(5) < 3) {
          int n = 1 + r.nextInt(r.nextInt(3) == 0 ? 200 : 6);
          float[] x = gaussian(r, n * d);
          index.add(x);
          for (int i = 0; i < n; i++) {
            model.add(Arrays.copyOfRange(x, i * d, (i + 1) * d));
          }
        } else {
          int n = r.nextInt(6) == 0 ? model.size() : 1 + r.nextInt(Math.min(5, model.size()));
          TreeSet<Integer> ids = draw(r, n, model.size());
          assertThat(index.removeIds(id -> ids.contains((int) id))).isEqualTo(n);
          take(model, ids);
        }
        assertThat(index.ntotal()).isEqualTo(model.size());
        if (!model.isEmpty()) {
          assertThat(index.reconstructN(0, model.size())).isEqualTo(rows(model));
          int probe = r.nextInt(model.size());
          KnnResult found = index.search(model.get(probe), 5);
          assertThat(found.count(0)).isPositive();
          for (int i = 0; i < found.count(0); i++) {
            assertThat(found.id(0, i)).isBetween(0L, model.size() - 1L);
          }
          // What is written is dense, passes the reader's checks, and answers the same vectors.
          try (Index read = IndexIO.fromBytes(IndexIO.toBytes(index))) {
            assertThat(read.reconstructN(0, model.size())).isEqualTo(rows(model));
            read.search(model.get(probe), 5);
          }
        }
      }
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  @Test
  void anIdMapRemovesByRow() {
    int d = 8;
    Random r = new Random(4);
    try (IndexIDMap index = new IndexIDMap(new IndexHNSWFlat(d, 8))) {
      float[] x = gaussian(r, 2000 * d);
      long[] ids = new long[2000];
      for (int i = 0; i < 2000; i++) {
        ids[i] = 10_000 + 3L * i;
      }
      index.addWithIds(x, ids);
      SearchParameters p = SearchParameters.builder().efSearch(50).build();
      for (int i = 0; i < 2000; i += 2) {
        long gone = ids[i];
        assertThat(index.removeIds(id -> id == gone)).isEqualTo(1);
        float[] v = Arrays.copyOfRange(x, i * d, (i + 1) * d);
        KnnResult found = index.search(v, 3, p);
        assertThat(found.id(0, 0)).isNotEqualTo(gone);
        if (i % 4 == 0) {
          index.addWithIds(v, new long[] {gone});
          assertThat(index.search(v, 3, p).id(0, 0)).isEqualTo(gone);
        }
      }
      assertThat(index.ntotal()).isEqualTo(1500);
    }
  }

  @Test
  void aStoppedAddLeavesTheIndexAsItWas() {
    int d = 6;
    Random r = new Random(7);
    for (boolean removeFirst : new boolean[] {false, true}) {
      try (IndexHNSWFlat index = new IndexHNSWFlat(d, 4, MetricType.L2);
          IndexHNSWFlat other = new IndexHNSWFlat(d, 4, MetricType.L2)) {
        float[] x = gaussian(r, 500 * d);
        float[] y = gaussian(r, 400 * d);
        for (IndexHNSWFlat i : List.of(index, other)) {
          i.add(x);
          if (removeFirst) {
            i.removeIds(id -> id % 3 == 0);
          }
        }
        byte[] before = IndexIO.toBytes(index);
        ProgressListener stop = (stage, done, total) -> done < total / 2;
        assertThatThrownBy(() -> index.add(Vectors.of(y, d), stop))
            .isInstanceOf(CancellationException.class);
        assertThat(IndexIO.toBytes(index)).isEqualTo(before);
        index.add(y);
        other.add(y);
        assertThat(IndexIO.toBytes(index)).isEqualTo(IndexIO.toBytes(other));
      }
    }
  }
}
