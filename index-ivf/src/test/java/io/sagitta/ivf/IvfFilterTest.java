package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorAnd;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.IDSelectorOr;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.flat.IndexIDMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selectors whose members are looked up in the direct map answer as if every id were tested. */
class IvfFilterTest {
  private static final int D = 16;
  private static final int N = 2000;

  /** Lists its members, and counts the tests it is asked for. */
  private static final class Counting implements IDSelector {
    final IDSelector inner;
    final AtomicLong tests = new AtomicLong();

    Counting(IDSelector inner) {
      this.inner = inner;
    }

    @Override
    public boolean isMember(long id) {
      tests.incrementAndGet();
      return inner.isMember(id);
    }

    @Override
    public long maxMembers() {
      return inner.maxMembers();
    }

    @Override
    public long @Nullable [] members(long limit) {
      return inner.members(limit);
    }
  }

  private static long[] some(int n, long seed) {
    return new Random(seed).longs(n, -5, N + 50).toArray();
  }

  private static List<IDSelector> selectors() {
    byte[] bits = new byte[N / 8];
    new Random(7).ints(60, 0, N).forEach(i -> bits[i >> 3] |= (byte) (1 << (i & 7)));
    return List.of(
        new IDSelectorArray(some(1, 1)),
        new IDSelectorArray(some(40, 2)),
        new IDSelectorBatch(some(150, 3)),
        new IDSelectorRange(700, 790),
        new IDSelectorRange(5, 5),
        new IDSelectorBitmap(bits),
        new IDSelectorAnd(new IDSelectorRange(0, 300), IDSelector.of(id -> id % 3 == 1)),
        new IDSelectorOr(new IDSelectorRange(1900, 3000), new IDSelectorArray(4, 8, 15)));
  }

  private static SearchParameters with(IDSelector s, int nprobe) {
    return SearchParameters.builder().nprobe(nprobe).selector(s).build();
  }

  private static void assertSame(IndexIVF mapped, IndexIVF plain, float[] q) {
    Vectors queries = Vectors.of(q, D);
    for (IDSelector s : selectors()) {
      IDSelector tested = IDSelector.of(s::isMember);
      for (int nprobe : new int[] {3, 12}) {
        KnnResult batch = mapped.search(q, 7, with(s, nprobe));
        for (int i = 0; i < queries.n(); i++) {
          Vectors one = queries.slice(i, 1);
          KnnResult a = mapped.search(one, 7, with(s, nprobe));
          KnnResult b = plain.search(one, 7, with(tested, nprobe));
          assertThat(a.labels()).isEqualTo(b.labels());
          assertThat(a.distances()).isEqualTo(b.distances());
        }
        assertThat(batch.labels()).isEqualTo(plain.search(q, 7, with(tested, nprobe)).labels());
        SearchParameters budget =
            SearchParameters.builder().nprobe(nprobe).maxCodes(9).selector(s).build();
        SearchParameters budgetTested = budget.withSelector(tested);
        assertThat(mapped.search(q, 7, budget).labels())
            .isEqualTo(plain.search(q, 7, budgetTested).labels());
        float radius = plain.metricType() == MetricType.L2 ? 40f : 5f;
        RangeResult a = mapped.rangeSearch(queries, radius, with(s, nprobe));
        RangeResult b = plain.rangeSearch(queries, radius, with(tested, nprobe));
        assertThat(a.ids()).isEqualTo(b.ids());
        assertThat(a.lims()).isEqualTo(b.lims());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'IVF12,Flat', L2, ARRAY",
    "'IVF12,Flat', INNER_PRODUCT, HASHTABLE",
    "'IVF12,SQ8', L2, HASHTABLE",
    "'IVF12,PQ4x4np', L2, ARRAY",
    "'IVF12,RaBitQ', L2, ARRAY",
    "'IVF12,RaBitQ4', L2, HASHTABLE",
    "'IVF12,FlatPanorama4', L2, ARRAY",
    "'IVF12,PQ8x4fs', L2, ARRAY"
  })
  void lookedUpMembersAnswerAsTestedOnes(String factory, MetricType metric, DirectMapType type) {
    float[] x = IvfData.whole(N, D, 1);
    float[] q = IvfData.whole(30, D, 2);
    try (IndexIVF mapped = IvfData.index(factory, D, metric, x);
        IndexIVF plain = (IndexIVF) mapped.copy()) {
      mapped.setDirectMapType(type);
      assertSame(mapped, plain, q);
      if (type == DirectMapType.HASHTABLE) {
        // The lists change; what was looked up before must not be used again.
        IDSelector gone = IDSelector.of(new IDSelectorArray(some(300, 4))::isMember);
        assertThat(mapped.removeIds(gone)).isEqualTo(plain.removeIds(gone));
        assertSame(mapped, plain, q);
      }
      mapped.add(q);
      plain.add(q);
      assertSame(mapped, plain, q);
    }
  }

  @Test
  void membersAreLookedUpWhereThatCostsLess() {
    float[] x = IvfData.clustered(N, D, 1);
    float[] q = IvfData.clustered(1, D, 2);
    try (IndexIVF index = IvfData.index("IVF12,Flat", D, MetricType.L2, x)) {
      index.setNprobe(6);
      Counting few = new Counting(new IDSelectorArray(some(20, 1)));
      SearchParameters p = with(few, 6);
      index.search(q, 3, p);
      assertThat(few.tests.get()).as("without a direct map lists are tested").isPositive();
      index.setDirectMapType(DirectMapType.HASHTABLE);
      few.tests.set(0);
      index.search(q, 3, p);
      assertThat(few.tests.get()).isZero();
      // Half of all: tested until that has cost as much as looking them up.
      Counting many = new Counting(new IDSelectorRange(0, N / 2));
      for (int i = 0; i < 20; i++) {
        index.search(q, 3, with(many, 6));
      }
      long before = many.tests.get();
      assertThat(before).isBetween(1L, 8L * N);
      index.search(q, 3, with(many, 6));
      assertThat(many.tests.get()).isEqualTo(before);
      // An id that two vectors share has one place in the map: lists are tested again.
      index.addWithIds(q, new long[] {few.members(100)[10]});
      few.tests.set(0);
      index.search(q, 3, p);
      assertThat(few.tests.get()).isPositive();
    }
  }

  @Test
  void idMapsPassMembersOn() {
    float[] x = IvfData.clustered(N, D, 1);
    float[] q = IvfData.clustered(20, D, 2);
    long[] ids = new long[N];
    for (int i = 0; i < N; i++) {
      ids[i] = 3L * (N - i);
    }
    IndexIVF inner = (IndexIVF) IndexFactory.create(D, "IVF12,Flat");
    try (IndexIDMap map = new IndexIDMap(inner)) {
      map.train(x);
      map.addWithIds(x, ids);
      Counting s = new Counting(new IDSelectorArray(some(200, 5)));
      KnnResult tested = map.search(q, 5, with(s, 6));
      assertThat(s.tests.get()).isPositive();
      inner.setDirectMapType(DirectMapType.ARRAY);
      s.tests.set(0);
      assertThat(map.search(q, 5, with(s, 6)).labels()).isEqualTo(tested.labels());
      assertThat(s.tests.get()).isZero();
      try (Index copy = map.copy()) {
        assertThat(copy.search(q, 5, with(s, 6)).labels()).isEqualTo(tested.labels());
      }
    }
  }
}
