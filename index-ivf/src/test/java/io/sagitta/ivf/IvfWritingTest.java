package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** Adding, removing, updating, merging and copying lists. */
class IvfWritingTest {
  private static final int D = 6;

  private static IndexIVF filled(String factory, int n) {
    return IvfData.index(factory, D, MetricType.L2, IvfData.clustered(n, D, 1));
  }

  private static List<List<Long>> lists(IndexIVF index) {
    List<List<Long>> all = new ArrayList<>();
    for (int l = 0; l < index.nlist(); l++) {
      List<Long> ids = new ArrayList<>();
      for (long id : index.listIds(l)) {
        ids.add(id);
      }
      all.add(ids);
    }
    return all;
  }

  @Test
  void removalFillsTheGapWithTheLastRow() {
    try (IndexIVF index = filled("IVF8,Flat", 500)) {
      List<List<Long>> expected = lists(index);
      IDSelector members = IDSelector.of(id -> id % 3 == 0);
      long removed = 0;
      for (List<Long> ids : expected) {
        for (int j = 0; j < ids.size(); ) {
          if (members.isMember(ids.get(j))) {
            ids.set(j, ids.get(ids.size() - 1));
            ids.remove(ids.size() - 1);
            removed++;
          } else {
            j++;
          }
        }
      }
      assertThat(index.removeIds(members)).isEqualTo(removed);
      assertThat(lists(index)).isEqualTo(expected);
      assertThat(index.ntotal()).isEqualTo(500 - removed);
      assertThat(index.removeIds(members)).isZero();
    }
  }

  @Test
  void manySmallAddsEqualOneLargeOne() {
    float[] x = IvfData.clustered(700, D, 1);
    for (String factory : new String[] {"IVF8,Flat", "IVF8,SQ8", "IVF8,PQ3x5"}) {
      try (IndexIVF index = IvfData.index(factory, D, MetricType.L2, x)) {
        byte[] once = IndexIO.toBytes(index);
        index.reset();
        for (int i = 0; i < 700; i += 1 + i % 13) {
          index.add(Arrays.copyOfRange(x, i * D, Math.min(700, i + 1 + i % 13) * D));
        }
        assertThat(IndexIO.toBytes(index)).isEqualTo(once);
      }
    }
  }

  @Test
  void directMapsFindReconstructAndUpdate() {
    float[] x = IvfData.clustered(500, D, 1);
    for (DirectMapType type : new DirectMapType[] {DirectMapType.ARRAY, DirectMapType.HASHTABLE}) {
      try (IndexIVF index = filled("IVF8,Flat", 400)) {
        assertThatThrownBy(() -> index.reconstruct(3)).isInstanceOf(IllegalStateException.class);
        index.setDirectMapType(type);
        index.add(Arrays.copyOfRange(x, 400 * D, 500 * D));
        for (int i = 0; i < 500; i += 7) {
          assertThat(index.reconstruct(i)).isEqualTo(Arrays.copyOfRange(x, i * D, (i + 1) * D));
        }
        assertThatThrownBy(() -> index.reconstruct(500))
            .isInstanceOf(IllegalArgumentException.class);
        // Three swap places, one stays in its list.
        long[] ids = {11, 400, 77, 5};
        float[] fresh = new float[4 * D];
        System.arraycopy(x, 400 * D, fresh, 0, D);
        System.arraycopy(x, 77 * D, fresh, D, D);
        System.arraycopy(x, 11 * D, fresh, 2 * D, D);
        System.arraycopy(x, 5 * D, fresh, 3 * D, D);
        index.updateVectors(ids, Vectors.of(fresh, D));
        assertThat(index.ntotal()).isEqualTo(500);
        for (int i = 0; i < 4; i++) {
          assertThat(index.reconstruct(ids[i]))
              .isEqualTo(Arrays.copyOfRange(fresh, i * D, (i + 1) * D));
        }
        for (int i = 0; i < 500; i++) {
          if (i != 11 && i != 77 && i != 400) {
            assertThat(index.reconstruct(i)).isEqualTo(Arrays.copyOfRange(x, i * D, (i + 1) * D));
          }
        }
        assertThatThrownBy(
                () -> index.updateVectors(new long[] {900}, Vectors.of(x, D).slice(0, 1)))
            .isInstanceOf(IllegalArgumentException.class);
        if (type == DirectMapType.ARRAY) {
          assertThatThrownBy(() -> index.removeIds(IDSelector.of(id -> id == 1)))
              .isInstanceOf(UnsupportedOperationException.class);
          assertThatThrownBy(() -> index.addWithIds(new float[D], new long[] {4}))
              .isInstanceOf(IllegalStateException.class);
        } else {
          assertThat(index.removeIds(IDSelector.of(id -> id >= 100 && id < 300))).isEqualTo(200);
          assertThat(index.reconstruct(350)).isEqualTo(Arrays.copyOfRange(x, 350 * D, 351 * D));
          assertThatThrownBy(() -> index.reconstruct(120))
              .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] bytes = IndexIO.toBytes(index);
        try (Index again = IndexIO.fromBytes(bytes)) {
          assertThat(again.reconstruct(350)).isEqualTo(index.reconstruct(350));
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  @Test
  void snapshotKeepsItsRowsThroughRemovalAndReset() {
    float[] x = IvfData.clustered(400, D, 1);
    try (IndexIVF index = filled("IVF8,Flat", 400)) {
      index.setDirectMapType(DirectMapType.HASHTABLE);
      long[] before = index.search(x, 3).labels();
      Index view = index.snapshot();
      index.removeIds(IDSelector.of(id -> id < 200));
      index.add(x);
      assertThat(view.search(x, 3).labels()).isEqualTo(before);
      assertThat(view.reconstruct(7)).isEqualTo(Arrays.copyOfRange(x, 7 * D, 8 * D));
      index.reset();
      assertThat(view.search(x, 3).labels()).isEqualTo(before);
      assertThat(index.ntotal()).isZero();
      view.close();
    }
  }

  @Test
  void mergeMovesEverythingAndShiftsIds() {
    float[] x = IvfData.clustered(600, D, 1);
    try (IndexIVF all = filled("IVF8,SQ8", 600);
        IndexIVF a = (IndexIVF) all.copy();
        IndexIVF b = (IndexIVF) all.copy()) {
      a.reset();
      b.reset();
      a.add(Arrays.copyOfRange(x, 0, 350 * D));
      b.add(Arrays.copyOfRange(x, 350 * D, 600 * D));
      a.mergeFrom(b, 350);
      assertThat(b.ntotal()).isZero();
      assertThat(IndexIO.toBytes(a)).isEqualTo(IndexIO.toBytes(all));
      b.setDirectMapType(DirectMapType.HASHTABLE);
      assertThatThrownBy(() -> a.mergeFrom(b, 0)).isInstanceOf(IllegalArgumentException.class);
      try (IndexIVF other = filled("IVF9,SQ8", 300);
          IndexIVF flat = filled("IVF8,Flat", 300)) {
        assertThatThrownBy(() -> a.mergeFrom(other, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("nlist");
        assertThatThrownBy(() -> a.mergeFrom(flat, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(other.ntotal()).isEqualTo(300);
      }
    }
  }

  @Test
  void splitAndSubsetsTakeWhatTheySay() {
    float[] x = IvfData.clustered(600, D, 1);
    try (IndexIVF index = filled("IVF8,Flat", 600)) {
      List<IndexIVF> shards = index.split(3);
      long sum = 0;
      for (int i = 0; i < 3; i++) {
        int rest = i;
        for (List<Long> ids : lists(shards.get(i))) {
          assertThat(ids).allMatch(id -> id % 3 == rest);
        }
        sum += shards.get(i).ntotal();
      }
      assertThat(sum).isEqualTo(600);
      shards.get(0).mergeFrom(shards.get(1), 0);
      shards.get(0).mergeFrom(shards.get(2), 0);
      assertThat(shards.get(0).search(x, 5).labels()).isEqualTo(index.search(x, 5).labels());
      shards.forEach(Index::close);
      try (IndexIVF part = (IndexIVF) index.copy()) {
        for (SubsetType type : SubsetType.values()) {
          part.reset();
          long a1 = type == SubsetType.ID_MOD || type == SubsetType.INVLIST_FRACTION ? 4 : 2;
          index.copySubsetTo(part, type, a1, 3);
          long stored = lists(part).stream().mapToLong(List::size).sum();
          assertThat(part.ntotal()).isEqualTo(stored).isPositive();
        }
      }
    }
  }

  @Test
  void standaloneCodesAddUpToTheIndex() {
    float[] x = IvfData.clustered(600, D, 1);
    for (String factory :
        new String[] {"IVF8,Flat", "IVF8,SQ8", "IVF1,Flat", "IVF300,SQ8", "IVF8,PQ2x4"}) {
      try (IndexIVF index = filled(factory, 600)) {
        byte[] expected = IndexIO.toBytes(index);
        byte[] codes = new byte[(int) (600 * index.saCodeSize())];
        index.saEncode(Vectors.of(x, D), MemorySegment.ofArray(codes));
        float[] decoded = new float[600 * D];
        index.saDecode(600, MemorySegment.ofArray(codes), MemorySegment.ofArray(decoded));
        index.setDirectMapType(DirectMapType.ARRAY);
        for (int i = 0; i < 600; i += 31) {
          assertThat(Arrays.copyOfRange(decoded, i * D, (i + 1) * D))
              .isEqualTo(index.reconstruct(i));
        }
        assertThat(index.reconstructN(0, 600)).isEqualTo(decoded);
        index.setDirectMapType(DirectMapType.NONE);
        index.reset();
        index.addSaCodes(600, MemorySegment.ofArray(codes), new long[0]);
        assertThat(IndexIO.toBytes(index)).isEqualTo(expected);
      }
    }
  }

  @Test
  void stoppedAddAndTrainLeaveTheIndexAsItWas() {
    float[] x = IvfData.clustered(400, D, 1);
    try (IndexIVF index = filled("IVF8,SQ8", 400)) {
      byte[] before = IndexIO.toBytes(index);
      assertThatThrownBy(() -> index.add(Vectors.of(x, D), (stage, done, total) -> false))
          .isInstanceOf(CancellationException.class);
      assertThat(IndexIO.toBytes(index)).isEqualTo(before);
      index.add(x);
      assertThat(index.ntotal()).isEqualTo(800);
    }
    try (IndexIVF index = (IndexIVF) io.sagitta.core.factory.IndexFactory.create(D, "IVF8,SQ8")) {
      assertThatThrownBy(() -> index.train(Vectors.of(x, D), (stage, done, total) -> false))
          .isInstanceOf(CancellationException.class);
      assertThat(index.isTrained()).isFalse();
      assertThat(index.quantizer().ntotal()).isZero();
    }
  }

  @Test
  void closeFreesAllOffHeapMemory() {
    long before = MemoryBlock.allocatedBytes();
    IndexIVF index = filled("IVF8,Flat", 600);
    index.setDirectMapType(DirectMapType.ARRAY);
    Index copy = index.copy();
    index.setDirectMapType(DirectMapType.NONE);
    index.removeIds(IDSelector.of(id -> id % 2 == 0));
    assertThat(index.offHeapBytes()).isPositive();
    index.close();
    copy.close();
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
    assertThatThrownBy(index::ntotal).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anArrayOfIdsLeavesInTheOrderGivenWithAHashTable() {
    int d = 8;
    float[] x = IvfData.clustered(400, d, 1);
    for (int seed = 0; seed < 20; seed++) {
      try (IndexIVF index = IvfData.index("IVF6,Flat", d, MetricType.L2, x)) {
        index.setDirectMapType(DirectMapType.HASHTABLE);
        java.util.Random r = new java.util.Random(seed);
        long[] gone = r.longs(60, -3, 420).toArray();
        List<List<Long>> lists = new ArrayList<>();
        for (int l = 0; l < 6; l++) {
          lists.add(new ArrayList<>(java.util.Arrays.stream(index.listIds(l)).boxed().toList()));
        }
        long expected = 0;
        for (long id : gone) {
          for (List<Long> list : lists) {
            int at = list.indexOf(id);
            if (at >= 0) {
              long last = list.removeLast();
              if (at < list.size()) {
                list.set(at, last);
              }
              expected++;
            }
          }
        }
        assertThat(index.removeIds(new IDSelectorArray(gone))).isEqualTo(expected);
        assertThat(index.ntotal()).isEqualTo(400 - expected);
        for (int l = 0; l < 6; l++) {
          assertThat(index.listIds(l))
              .containsExactly(lists.get(l).stream().mapToLong(Long::longValue).toArray());
          for (long id : index.listIds(l)) {
            assertThat(index.reconstruct(id))
                .containsExactly(java.util.Arrays.copyOfRange(x, (int) id * d, (int) (id + 1) * d));
          }
        }
      }
    }
  }
}
