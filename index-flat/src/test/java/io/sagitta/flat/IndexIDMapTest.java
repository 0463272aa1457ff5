package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexIDMapTest {
  private record Entry(long id, float[] vector) {}

  @Property(tries = 20)
  void behavesLikeAMap(@ForAll long seed, @ForAll boolean repeatedIds) throws IOException {
    Random r = new Random(seed);
    int d = 1 + r.nextInt(300);
    long before = MemoryBlock.allocatedBytes();
    try (IndexIDMap2 map = new IndexIDMap2(new IndexFlatL2(d))) {
      List<Entry> model = new ArrayList<>();
      long next = -5_000_000;
      for (int step = 0; step < 40; step++) {
        if (r.nextInt(5) < 2) {
          int n = r.nextInt(3000);
          float[] x = new float[n * d];
          long[] ids = new long[n];
          for (int i = 0; i < n; i++) {
            next += 1 + r.nextInt(3);
            ids[i] =
                repeatedIds && r.nextInt(10) == 0 && !model.isEmpty()
                    ? model.get(r.nextInt(model.size())).id
                    : next;
            float[] v = vector(ids[i], d, i);
            System.arraycopy(v, 0, x, i * d, d);
            model.add(new Entry(ids[i], v));
          }
          map.addWithIds(x, ids);
        } else {
          IDSelector s = selector(r, model);
          int size = model.size();
          model.removeIf(e -> s.isMember(e.id));
          assertThat(map.removeIds(s)).isEqualTo(size - model.size());
        }
        check(map, model, r);
      }
      byte[] bytes = IndexIO.toBytes(map);
      try (Index back = IndexIO.fromBytes(bytes)) {
        assertThat(back).isInstanceOf(IndexIDMap2.class);
        check(back, model, r);
        back.removeIds(new IDSelectorArray(0));
        assertThat(IndexIO.toBytes(back)).isEqualTo(bytes);
      }
      try (Index copy = map.copy()) {
        check(copy, model, r);
      }
    }
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  private static float[] vector(long id, int d, int salt) {
    Random r = new Random(id * 31 + salt);
    float[] v = new float[d];
    for (int i = 0; i < d; i++) {
      v[i] = r.nextInt(16);
    }
    return v;
  }

  private static IDSelector selector(Random r, List<Entry> model) {
    long[] some =
        model.isEmpty()
            ? new long[] {7}
            : LongStream.generate(() -> model.get(r.nextInt(model.size())).id)
                .limit(1 + r.nextInt(300))
                .toArray();
    return switch (r.nextInt(4)) {
      case 0 -> new IDSelectorArray(some);
      case 1 -> new IDSelectorBatch(some);
      case 2 -> new IDSelectorRange(some[0], some[0] + r.nextInt(5000));
      default -> id -> Math.floorMod(id, 7) == 3;
    };
  }

  private static void check(Index map, List<Entry> model, Random r) {
    int d = map.d();
    assertThat(map.ntotal()).isEqualTo(model.size());
    float[] q = vector(r.nextInt(), d, 0);
    IDSelector s = r.nextBoolean() ? selector(r, model) : null;
    int k = 20;
    KnnResult got =
        map.search(Vectors.of(q, d), k, s == null ? SearchParameters.NONE : SearchParameters.of(s));
    List<float[]> want = new ArrayList<>();
    for (int i = 0; i < model.size(); i++) {
      Entry e = model.get(i);
      if (s == null || s.isMember(e.id)) {
        float sum = 0;
        for (int j = 0; j < d; j++) {
          sum += (q[j] - e.vector[j]) * (q[j] - e.vector[j]);
        }
        want.add(new float[] {sum, i});
      }
    }
    want.sort((a, b) -> a[0] != b[0] ? Float.compare(a[0], b[0]) : Float.compare(a[1], b[1]));
    assertThat(got.count(0)).isEqualTo(Math.min(k, want.size()));
    for (int i = 0; i < got.count(0); i++) {
      assertThat(got.distance(0, i)).isEqualTo(want.get(i)[0]);
      assertThat(got.id(0, i)).isEqualTo(model.get((int) want.get(i)[1]).id);
    }
    if (!model.isEmpty()) {
      long id = model.get(r.nextInt(model.size())).id;
      float[] last = null;
      for (Entry e : model) {
        last = e.id == id ? e.vector : last;
      }
      assertThat(map.reconstruct(id)).isEqualTo(last);
    }
  }

  @Test
  void refusesWhatHasNoMeaning() {
    try (Index map = IndexFactory.create(4, "IDMap,Flat")) {
      assertThatThrownBy(() -> map.add(new float[4]))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("addWithIds");
      assertThatThrownBy(() -> map.addWithIds(new float[8], new long[] {3, -1}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("position 1");
      assertThat(map.ntotal()).isZero();
      map.addWithIds(new float[4], new long[] {3});
      assertThatThrownBy(() -> map.reconstruct(3))
          .isInstanceOf(UnsupportedOperationException.class);
      ((IndexIDMap) map).inner().add(new float[4]);
      assertThatThrownBy(() -> map.removeIds(new IDSelectorArray(3)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("past the map");
      assertThat(map.search(new float[4], 5).count(0)).isEqualTo(1);
    }
    try (Index filled = new IndexFlatL2(2)) {
      filled.add(new float[2]);
      assertThatThrownBy(() -> new IndexIDMap(filled))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 vectors");
    }
  }

  @Test
  void mergesAndShiftsIds() {
    try (IndexIDMap2 a = new IndexIDMap2(new IndexFlatL2(2));
        IndexIDMap2 b = new IndexIDMap2(new IndexFlatL2(2))) {
      a.addWithIds(new float[] {1, 1, 2, 2}, new long[] {10, 20});
      b.addWithIds(new float[] {3, 3, 4, 4}, new long[] {1, 2});
      b.removeIds(new IDSelectorArray(1));
      a.mergeFrom(b, 100);
      assertThat(a.idMap()).containsExactly(10, 20, 102);
      assertThat(b.ntotal()).isZero();
      assertThat(a.reconstruct(102)).containsExactly(4, 4);
      b.addWithIds(new float[] {5, 5}, new long[] {9});
      assertThat(b.idMap()).containsExactly(9);
    }
  }

  @Test
  void factoryAndItsReverse() {
    for (String s : new String[] {"IDMap,Flat", "IDMap2,Flat"}) {
      try (Index index = IndexFactory.create(3, s)) {
        assertThat(IndexFactory.describe(index)).isEqualTo(s);
      }
    }
    try (Index index = IndexFactory.create(3, "Flat,IDMap2")) {
      assertThat(IndexFactory.describe(index)).isEqualTo("IDMap2,Flat");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {51, 10_000})
  void nestingIsBounded(int levels) {
    assertThatThrownBy(() -> IndexIO.fromBytes(nested(levels)))
        .isInstanceOf(IndexFormatException.class)
        .hasMessageContaining("nested deeper than 50");
  }

  @Test
  void nestingWithinTheBoundIsRead() throws IOException {
    byte[] file = nested(50);
    try (Index index = IndexIO.fromBytes(file)) {
      assertThat(index.ntotal()).isZero();
      assertThat(IndexIO.toBytes(index)).isEqualTo(file);
    }
  }

  /** A file of as many indexes, each an id map over the next, the last a flat one. */
  private static byte[] nested(int levels) {
    byte[] flat;
    byte[] map;
    try (Index inner = new IndexFlatL2(4)) {
      flat = IndexIO.toBytes(inner);
    }
    try (Index one = new IndexIDMap(new IndexFlatL2(4))) {
      map = IndexIO.toBytes(one);
    }
    int head = map.length - flat.length - 8;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 1; i < levels; i++) {
      out.write(map, 0, head);
    }
    out.writeBytes(flat);
    out.writeBytes(new byte[8 * (levels - 1)]);
    return out.toByteArray();
  }
}
