package io.sagitta.ivf;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists stay in one or two pieces however they grow, and their memory stays bounded. */
class IvfListsInOnePieceTest {
  private static final int D = 16;
  private static final int NLIST = 8;
  private static final int N = 6000;

  @ParameterizedTest
  @ValueSource(strings = {"IVF8,Flat", "IVF8,SQ8", "IVF8,PQ4", "IVF8,PQ4x4fs"})
  void oneAddMakesOneChunkAList(String factory) {
    Vectors x = data();
    try (IndexIVF index = trained(factory, x)) {
      index.add(x);
      assertThat(mostChunks(index)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF8,Flat", "IVF8,SQ8", "IVF8,PQ4", "IVF8,PQ4x4fs"})
  void growingRowByRowAnswersLikeOneAdd(String factory) {
    Vectors x = data();
    try (IndexIVF whole = trained(factory, x);
        IndexIVF grown = trained(factory, x)) {
      whole.add(x);
      Random random = new Random(5);
      int most = 0;
      for (int from = 0; from < N; ) {
        int n = Math.min(N - from, 1 + random.nextInt(40));
        grown.add(x.slice(from, n));
        from += n;
        most = Math.max(most, mostChunks(grown));
      }
      assertThat(most).isEqualTo(2);
      KnnResult a = new KnnResult();
      KnnResult b = new KnnResult();
      SearchParameters all = SearchParameters.parse("nprobe=8");
      whole.searchInto(x.slice(0, 50), 10, all, a);
      grown.searchInto(x.slice(0, 50), 10, all, b);
      assertThat(b.labels()).isEqualTo(a.labels());
      assertThat(b.distances()).isEqualTo(a.distances());
      try (var view = grown.snapshot()) {
        long used = view.state().lists.totalSize() * (view.state().codec.codeSize() + 8L);
        long blocks = NLIST * 128L * (view.state().codec.codeSize() + 8L);
        assertThat(view.state().offHeapBytes()).isLessThan(3 * used + blocks + (1 << 17));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 11})
  void whatIsGivenBackIsJoinedAndUsedAgain(long seed) {
    MemoryListStore store = new MemoryListStore();
    try {
      Random random = new Random(seed);
      ListStore.Piece[] pieces = new ListStore.Piece[64];
      long most = 0;
      long used = 0;
      for (int i = 0; i < 20_000; i++) {
        int at = random.nextInt(pieces.length);
        if (pieces[at] != null) {
          used -= pieces[at].bytes();
          store.free(pieces[at]);
        }
        pieces[at] = store.allocate(1 + random.nextInt(40_000));
        for (ListStore.Piece other : pieces) {
          assertThat(other == null || other == pieces[at] || apart(other, pieces[at])).isTrue();
        }
        used += pieces[at].bytes();
        most = Math.max(most, used);
      }
      assertThat(store.heldBytes()).isLessThan(3 * most);
    } finally {
      store.close();
    }
  }

  private static boolean apart(ListStore.Piece a, ListStore.Piece b) {
    return a.segment() != b.segment()
        || a.offset() + a.bytes() <= b.offset()
        || b.offset() + b.bytes() <= a.offset();
  }

  private static int mostChunks(IndexIVF index) {
    try (var view = index.snapshot()) {
      int most = 0;
      for (int l = 0; l < NLIST; l++) {
        most = Math.max(most, view.state().lists.get(l).chunkCount());
      }
      return most;
    }
  }

  private static IndexIVF trained(String factory, Vectors x) {
    Index index = IndexFactory.create(D, factory);
    index.train(x.slice(0, 2000));
    return (IndexIVF) index;
  }

  private static Vectors data() {
    float[] x = new float[N * D];
    Random random = new Random(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Vectors.of(x, D);
  }
}
