package io.sagitta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorAll;
import io.sagitta.core.IDSelectorAnd;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.IDSelectorBitmap;
import io.sagitta.core.IDSelectorNot;
import io.sagitta.core.IDSelectorOr;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.IDSelectorTranslated;
import io.sagitta.core.IDSelectorXOr;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.KnnVectors;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every index must do, whatever its family. A family's test extends it, says how to make an
 * index and what it can do; tests of verbs it lacks check that they are refused.
 *
 * <p>Data are whole numbers, so that distances are exact and answers can be compared without
 * tolerance.
 */
public abstract class IndexContract {
  /** Dimension of the indexes under test. */
  protected static final int D = 16;

  private long allocatedBefore;

  /** A new, empty, trained index of dimension {@link #D}. */
  protected abstract Index create(MetricType metric);

  /** What it can do. */
  protected abstract Set<Trait> traits();

  /** Relative error of its distances: 0 for exact storage. */
  protected double tolerance() {
    return 0;
  }

  /** Parameters under which it answers as well as it can. */
  protected SearchParameters parameters() {
    return SearchParameters.NONE;
  }

  /** A setting that it does not have. */
  protected SearchKey foreignKey() {
    return SearchKey.CENTERED;
  }

  /** Metrics it is tested with. */
  protected List<MetricType> metrics() {
    return List.of(MetricType.L2, MetricType.INNER_PRODUCT);
  }

  private boolean can(Trait t) {
    return traits().contains(t);
  }

  private IndexModel model(MetricType metric) {
    return IndexModel.empty(D, metric, can(Trait.GIVEN_IDS));
  }

  private Index filled(MetricType metric, int n) {
    Index index = create(metric);
    model(metric).addTo(index, 0, n);
    return index;
  }

  private SearchParameters with(@Nullable IDSelector s) {
    return parameters().toBuilder().selector(s).build();
  }

  /** Searches and compares with the model, for several k, one by one and in a batch. */
  private void check(Index index, IndexModel model, @Nullable IDSelector selector) {
    float[] queries = IndexModel.vectorsOf(1_000_000, 5, D);
    for (int k : new int[] {1, 3, 17, Math.max(1, model.size()), model.size() + 5}) {
      KnnResult batch = index.search(Vectors.of(queries, D), k, with(selector));
      for (int q = 0; q < 5; q++) {
        float[] query = Arrays.copyOfRange(queries, q * D, (q + 1) * D);
        String fault = model.fault(batch, q, query, selector, can(Trait.EXACT), tolerance());
        assertThat(fault).as("query %d, k %d, batch", q, k).isNull();
        KnnResult one = index.search(Vectors.one(query), k, with(selector));
        fault = model.fault(one, 0, query, selector, can(Trait.EXACT), tolerance());
        assertThat(fault).as("query %d, k %d, alone", q, k).isNull();
      }
    }
  }

  @BeforeEach
  final void noteMemory() {
    allocatedBefore = MemoryBlock.allocatedBytes();
  }

  /** Every test closes what it makes; then nothing is left. */
  @AfterEach
  final void everythingIsFreed() {
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(allocatedBefore);
  }

  @Test
  void answersLikeItsModelWhileItChanges() {
    for (MetricType metric : metrics()) {
      Random r = new Random(7);
      IndexModel model = model(metric);
      try (Index index = create(metric)) {
        check(index, model, null);
        int next = 0;
        for (int step = 0; step < 12; step++) {
          if (step % 3 < 2 || !can(Trait.REMOVE)) {
            int n = 1 + r.nextInt(120);
            model.addTo(index, next, n);
            model = model.plus(next, n);
            next += n;
          } else {
            IDSelector s = someOf(model, r);
            int before = model.size();
            model = model.minus(s);
            assertThat(index.removeIds(s)).isEqualTo(before - model.size());
          }
          assertThat(index.ntotal()).isEqualTo(model.size());
          check(index, model, null);
        }
        index.reset();
        assertThat(index.ntotal()).isZero();
        assertThat(index.isTrained()).isTrue();
        check(index, model(metric), null);
      }
    }
  }

  private static IDSelector someOf(IndexModel model, Random r) {
    long[] ids =
        LongStream.range(0, 1 + r.nextInt(60))
            .map(i -> model.id(r.nextInt(model.size())))
            .toArray();
    return switch (r.nextInt(3)) {
      case 0 -> new IDSelectorArray(ids);
      case 1 -> new IDSelectorBatch(ids);
      default -> new IDSelectorNot(new IDSelectorNot(new IDSelectorBatch(ids)));
    };
  }

  @Test
  void removalIsRefusedWhereItIsMissing() {
    assumeThat(can(Trait.REMOVE)).isFalse();
    try (Index index = filled(MetricType.L2, 10)) {
      assertThatThrownBy(() -> index.removeIds(new IDSelectorRange(0, 5)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("removeIds");
      assertThat(index.ntotal()).isEqualTo(10);
    }
  }

  @Test
  void everySelectorIsHonouredOrRefused() {
    IndexModel model = model(MetricType.L2).plus(0, 300);
    long[] some = LongStream.range(0, 40).map(i -> model.id((int) (i * 7))).toArray();
    long[] doubled = Arrays.copyOf(some, 80);
    System.arraycopy(some, 0, doubled, 40, 40);
    byte[] bits = new byte[20];
    new Random(3).nextBytes(bits);
    IDSelector batch = new IDSelectorBatch(some);
    IDSelector odd = IDSelector.of(id -> (id & 1) == 1);
    List<IDSelector> selectors =
        List.of(
            new IDSelectorAll(),
            new IDSelectorRange(50, 90),
            new IDSelectorRange(-10, 5, true),
            new IDSelectorRange(290, Long.MAX_VALUE),
            new IDSelectorRange(90, 50),
            new IDSelectorArray(doubled),
            new IDSelectorArray(),
            new IDSelectorArray(-5, Long.MAX_VALUE, some[3]),
            batch,
            new IDSelectorBitmap(bits),
            new IDSelectorNot(batch),
            new IDSelectorAnd(odd, batch),
            new IDSelectorOr(odd, batch),
            new IDSelectorXOr(odd, batch),
            new IDSelectorTranslated(id -> id + 1, odd),
            odd);
    try (Index index = filled(MetricType.L2, 300)) {
      for (IDSelector s : selectors) {
        if (can(Trait.SELECT)) {
          check(index, model, s);
        } else {
          assertThatThrownBy(() -> index.search(Vectors.one(new float[D]), 3, with(s)))
              .isInstanceOf(IllegalArgumentException.class);
        }
      }
    }
  }

  @Test
  void rangeSearchIsStrict() {
    for (MetricType metric : metrics()) {
      try (Index index = filled(metric, 200)) {
        IndexModel model = model(metric).plus(0, 200);
        float[] query = IndexModel.vectorOf(5_000, D);
        float radius = model.distance(query, model.nearest(query, 20, null)[19]);
        if (!can(Trait.RANGE)) {
          assertThatThrownBy(() -> index.rangeSearch(query, radius))
              .isInstanceOf(UnsupportedOperationException.class);
          continue;
        }
        for (IDSelector s : new @Nullable IDSelector[] {null, id -> id % 3 != 0}) {
          if (s != null && !can(Trait.SELECT)) {
            continue;
          }
          RangeResult got = index.rangeSearch(Vectors.one(query), radius, with(s));
          Set<Long> ids = new java.util.HashSet<>();
          for (int i = 0; i < got.total(); i++) {
            assertThat(metric.better(got.distances()[i], radius)).isTrue();
            assertThat(ids.add(got.ids()[i])).as("id %d twice", got.ids()[i]).isTrue();
          }
          Set<Long> want = new java.util.HashSet<>();
          for (int i = 0; i < model.size(); i++) {
            if (metric.better(model.distance(query, i), radius)
                && (s == null || s.isMember(model.id(i)))) {
              want.add(model.id(i));
            }
          }
          if (can(Trait.EXACT)) {
            assertThat(ids).isEqualTo(want);
          } else if (tolerance() == 0) {
            assertThat(want).containsAll(ids);
          }
        }
      }
    }
  }

  @Test
  void reconstructsWhatWasAdded() {
    try (Index index = filled(MetricType.L2, 60)) {
      IndexModel model = model(MetricType.L2).plus(0, 60);
      if (!can(Trait.RECONSTRUCT)) {
        // Inverted lists could, with a direct map that is not there.
        assertThatThrownBy(() -> index.reconstruct(model.id(3)))
            .isInstanceOfAny(UnsupportedOperationException.class, IllegalStateException.class);
        return;
      }
      for (int i : new int[] {0, 17, 59}) {
        assertThat(index.reconstruct(model.id(i))).hasSize(D);
        if (tolerance() == 0) {
          assertThat(index.reconstruct(model.id(i))).isEqualTo(model.vector(i));
        }
      }
      long[] ids = {model.id(40), model.id(2)};
      float[] two = index.reconstructBatch(ids);
      assertThat(Arrays.copyOfRange(two, D, 2 * D)).isEqualTo(index.reconstruct(ids[1]));
      float[] residual = index.computeResidual(Vectors.of(new float[2 * D], D), ids);
      for (int i = 0; i < two.length; i++) {
        assertThat(residual[i]).isEqualTo(0 - two[i]);
      }
      KnnVectors found = index.searchAndReconstruct(Vectors.of(two, D), 70, parameters());
      KnnResult plain = index.search(Vectors.of(two, D), 70, parameters());
      assertThat(found.result().labels()).isEqualTo(plain.labels());
      for (int i = 0; i < plain.count(0); i++) {
        assertThat(Arrays.copyOfRange(found.vectors(), i * D, (i + 1) * D))
            .isEqualTo(index.reconstruct(plain.id(0, i)));
      }
      assertThat(found.vectors()[69 * D]).isNaN();
      assertThatThrownBy(() -> index.reconstruct(987_654_321L))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("987654321");
    }
  }

  @Test
  void aSnapshotStaysAsItWas() {
    MetricType metric = MetricType.L2;
    IndexModel model = model(metric).plus(0, 150);
    Index index = filled(metric, 150);
    Index snapshot = index.snapshot();
    model.plus(0, 0).addTo(index, 150, 100);
    if (can(Trait.REMOVE)) {
      IDSelector s = new IDSelectorArray(model.id(0), model.id(10), model.id(149));
      assertThat(index.removeIds(s)).isEqualTo(3);
      IndexModel now = model.plus(150, 100).minus(s);
      check(index, now, null);
    }
    assertThat(snapshot.ntotal()).isEqualTo(150);
    check(snapshot, model, null);
    assertThatThrownBy(() -> snapshot.add(new float[D]))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> snapshot.removeIds(new IDSelectorAll()))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(snapshot::reset).isInstanceOf(UnsupportedOperationException.class);
    index.reset();
    check(snapshot, model, null);
    index.close();
    check(snapshot, model, null);
    snapshot.close();
    snapshot.close();
    assertThatThrownBy(() -> snapshot.search(new float[D], 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCopyLivesAlone() {
    MetricType metric = MetricType.L2;
    IndexModel model = model(metric).plus(0, 80);
    try (Index index = filled(metric, 80);
        Index copy = index.copy()) {
      assertThat(copy.getClass()).isEqualTo(index.getClass());
      model.addTo(index, 80, 20);
      check(copy, model, null);
      model.addTo(copy, 300, 10);
      check(copy, model.plus(300, 10), null);
      check(index, model.plus(80, 20), null);
    }
  }

  @Test
  void filesRoundTrip() throws IOException {
    assumeThat(can(Trait.FILE)).isTrue();
    for (MetricType metric : metrics()) {
      for (int n : new int[] {0, 1, 250}) {
        IndexModel model = model(metric).plus(0, n);
        try (Index index = n == 0 ? create(metric) : filled(metric, n)) {
          if (can(Trait.REMOVE) && n > 1) {
            IDSelector s = new IDSelectorArray(model.id(0), model.id(99));
            index.removeIds(s);
            model = model.minus(s);
          }
          byte[] bytes = IndexIO.toBytes(index);
          try (Index back = IndexIO.fromBytes(bytes)) {
            check(back, model, null);
            assertThat(IndexIO.toBytes(back)).isEqualTo(bytes);
            model.addTo(back, 700, 5);
            check(back, model.plus(700, 5), null);
          }
        }
      }
    }
  }

  @Test
  void mergeMovesEverything() {
    MetricType metric = MetricType.L2;
    try (Index index = filled(metric, 50);
        Index other = create(metric)) {
      IndexModel model = model(metric);
      model.addTo(other, 50, 30);
      if (!can(Trait.MERGE)) {
        assertThatThrownBy(() -> index.mergeFrom(other, 0))
            .isInstanceOf(UnsupportedOperationException.class);
        return;
      }
      index.mergeFrom(other, 0);
      assertThat(other.ntotal()).isZero();
      check(other, model, null);
      check(index, model.plus(0, 80), null);
      assertThatThrownBy(() -> index.mergeFrom(index, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void codesAreThoseOfAdd() {
    try (Index index = filled(MetricType.L2, 40)) {
      if (!can(Trait.SA_CODES)) {
        assertThatThrownBy(index::saCodeSize).isInstanceOf(UnsupportedOperationException.class);
        return;
      }
      int size = Math.toIntExact(index.saCodeSize());
      Vectors x = Vectors.of(IndexModel.vectorsOf(0, 40, D), D);
      byte[] codes = new byte[40 * size];
      index.saEncode(x, MemorySegment.ofArray(codes));
      float[] decoded = new float[40 * D];
      index.saDecode(40, MemorySegment.ofArray(codes), MemorySegment.ofArray(decoded));
      IndexModel model = model(MetricType.L2).plus(0, 40);
      if (can(Trait.RECONSTRUCT)) {
        for (int i = 0; i < 40; i++) {
          assertThat(Arrays.copyOfRange(decoded, i * D, (i + 1) * D))
              .isEqualTo(index.reconstruct(model.id(i)));
        }
      }
      assertThatThrownBy(() -> index.saEncode(x, MemorySegment.ofArray(new byte[size])))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  index.saDecode(
                      40, MemorySegment.ofArray(codes), MemorySegment.ofArray(new float[D])))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void misuseIsNamed() {
    try (Index index = filled(MetricType.L2, 20)) {
      assertThatThrownBy(() -> index.search(Vectors.one(new float[D + 1]), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("" + (D + 1));
      assertThatThrownBy(() -> index.search(new float[D], 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("k = 0");
      assertThatThrownBy(() -> index.search(new float[D + 1], 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  index.search(
                      Vectors.one(new float[D]),
                      1,
                      SearchParameters.builder().set(foreignKey(), value(foreignKey())).build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(foreignKey().key());
      assertThatThrownBy(() -> index.addWithIds(new float[D], new long[] {1, 2}))
          .isInstanceOf(IllegalArgumentException.class);
      if (can(Trait.GIVEN_IDS)) {
        assertThatThrownBy(() -> index.addWithIds(new float[D], new long[] {-1}))
            .isInstanceOf(IllegalArgumentException.class);
      } else {
        assertThatThrownBy(() -> index.addWithIds(new float[D], new long[] {1}))
            .isInstanceOf(UnsupportedOperationException.class);
      }
      assertThat(index.ntotal()).isEqualTo(20);
      KnnResult none = index.search(Vectors.of(new float[0], D), 3);
      assertThat(none.nq()).isZero();
      float[] nan = new float[D];
      nan[3] = Float.NaN;
      KnnResult lost = index.search(nan, 3, parameters());
      assertThat(lost.labels()).hasSize(3);
      if (can(Trait.EXACT)) {
        assertThat(lost.count(0)).isZero();
      }
    }
  }

  private static Object value(SearchKey key) {
    return key.type() == Boolean.class ? Boolean.TRUE : (Object) 1;
  }

  @Test
  void afterCloseEveryVerbSaysSo() {
    Index index = filled(MetricType.L2, 5);
    index.close();
    index.close();
    float[] x = new float[D];
    List<Runnable> verbs =
        List.of(
            () -> index.search(x, 1),
            () -> index.searchWith(Vectors.one(x), new TopK(MetricType.L2), SearchParameters.NONE),
            () -> index.rangeSearch(x, 1),
            () -> index.add(x),
            () -> index.addWithIds(x, new long[] {1}),
            () -> index.removeIds(new IDSelectorAll()),
            () -> index.reconstruct(0),
            () -> index.reset(),
            () -> index.train(x),
            () -> index.ntotal(),
            () -> index.copy(),
            () -> index.snapshot());
    for (Runnable verb : verbs) {
      assertThatThrownBy(verb::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Test
  void aStoppedAddChangesNothing() {
    MetricType metric = MetricType.L2;
    IndexModel model = model(metric).plus(0, 30);
    try (Index index = filled(metric, 30)) {
      Vectors x = Vectors.of(IndexModel.vectorsOf(500, 400, D), D);
      long[] ids = LongStream.range(10, 410).toArray();
      assertThatThrownBy(
              () -> {
                if (can(Trait.GIVEN_IDS)) {
                  index.addWithIds(x, ids, (stage, done, total) -> false);
                } else {
                  index.add(x, (stage, done, total) -> false);
                }
              })
          .isInstanceOf(CancellationException.class);
      assertThat(index.ntotal()).isEqualTo(30);
      check(index, model, null);
      model.addTo(index, 30, 10);
      check(index, model.plus(30, 10), null);
    }
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    try (Index index = filled(MetricType.L2, 400)) {
      Vectors queries = Vectors.of(IndexModel.vectorsOf(2_000, 70, D), D);
      KnnResult one = Parallelism.of(1).call(() -> index.search(queries, 9, parameters()));
      KnnResult four = Parallelism.of(4).call(() -> index.search(queries, 9, parameters()));
      assertThat(four.labels()).isEqualTo(one.labels());
      assertThat(four.distances()).isEqualTo(one.distances());
    }
  }

  @Test
  void searchesWhileAnotherThreadWrites() throws InterruptedException {
    for (MetricType metric : metrics()) {
      try (Index index = create(metric)) {
        new Stress(
                index,
                model(metric),
                parameters(),
                can(Trait.REMOVE),
                can(Trait.EXACT),
                tolerance())
            .run(11);
      }
    }
  }

  @Test
  void closeWaitsForRunningSearches() throws InterruptedException {
    Index index = filled(MetricType.L2, 2_000);
    Stress.closeUnderSearches(index, D, parameters());
  }

  @Test
  void aWarmSearchAllocatesNothing() {
    assumeThat(can(Trait.NO_GARBAGE)).isTrue();
    try (Index index = filled(MetricType.L2, 500)) {
      Vectors query = Vectors.one(IndexModel.vectorOf(9, D));
      SearchParameters p = parameters();
      KnnResult out = new KnnResult();
      assertThat(WarmCalls.leastBytes(100, 0, () -> index.searchInto(query, 10, p, out)))
          .as("bytes of 100 searches")
          .isZero();
    }
  }
}
