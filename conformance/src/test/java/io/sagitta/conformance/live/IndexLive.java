package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.conformance.Agreement;
import io.sagitta.conformance.Difference;
import io.sagitta.conformance.FaissAnswer;
import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.ParametersJson;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One drawn case of a {@link LiveFamily}: FAISS builds, Sagitta reads, both answer, Sagitta writes
 * back; then the other way round; then both change the same index and are compared again.
 */
final class IndexLive {
  private static final int D = LiveFamily.D;

  /** Places of all answers of staged graphs, and those at which Sagitta's distance is the worse. */
  static final AtomicLong PLACES = new AtomicLong();

  static final AtomicLong WORSE = new AtomicLong();

  private final LiveFamily family;
  private final SplittableRandom r;
  private final String factory;
  private final MetricType metric;
  private final DataKind kind;
  private final int n;
  private final float[] train;
  private final float[] base;
  private final float[] queries;
  private final double[] tolerance;
  private final Agreement rule;

  private IndexLive(LiveFamily family, long seed) {
    this.family = family;
    this.r = new SplittableRandom(seed);
    this.factory = family.present().get(r.nextInt(family.present().size()));
    this.metric = family.metrics().get(r.nextInt(family.metrics().size()));
    this.kind = family.kinds().get(r.nextInt(family.kinds().size()));
    this.n = 1 + r.nextInt(300);
    long data = (seed >>> 1) | 1;
    this.train = kind.make(700, D, data + 1);
    this.base = kind.make(n, D, data);
    this.queries = kind.make(1 + r.nextInt(12), D, data ^ 0x77);
    this.tolerance = new double[queries.length / D];
    double norm = Math.max(norm(base, D), norm(train, D));
    for (int q = 0; q < tolerance.length; q++) {
      double own = norm(Arrays.copyOfRange(queries, q * D, q * D + D), D);
      tolerance[q] = family.relative() * (own + norm) * (own + norm);
    }
    Agreement strict = Agreement.strict(metric);
    Agreement free = family.relative() == 0 ? strict : strict.withFreeTies();
    // Whole-number distances of codes are padded with the largest int.
    boolean whole = family.parameters().contains("search_type");
    this.rule = factory.contains("fs") || whole ? free.withFreePadding() : free;
  }

  private static double norm(float[] x, int d) {
    double most = 0;
    for (int i = 0; i < x.length; i += d) {
      double sum = 0;
      for (int j = i; j < i + d; j++) {
        sum += (double) x[j] * x[j];
      }
      most = Math.max(most, sum);
    }
    return Math.sqrt(most);
  }

  /** Runs one case. */
  static void run(LiveFamily family, long seed) throws IOException {
    if (family.present().isEmpty()) {
      return;
    }
    IndexLive live = new IndexLive(family, seed);
    FaissProcess faiss = LiveFaiss.get();
    try (FaissIndex theirs = FaissIndex.create(faiss, D, live.factory, live.metric, 0)) {
      theirs.train(Vectors.of(live.train, D));
      live.addInParts(theirs);
      byte[] file = theirs.toBytes();
      try (Index ours = IndexIO.fromBytes(file)) {
        live.compare("read from FAISS", theirs, ours);
        live.sameFile("written back", IndexIO.toBytes(ours), file);
        live.changed(theirs, ours);
      }
    }
    try (Index ours = IndexFactory.create(D, live.factory, live.metric)) {
      ours.train(Vectors.of(live.train, D));
      ours.add(Vectors.of(live.base, D));
      try (FaissIndex theirs = FaissIndex.fromBytes(faiss, IndexIO.toBytes(ours))) {
        live.compare("made by Sagitta, read by FAISS", theirs, ours);
      }
    }
  }

  private void addInParts(FaissIndex theirs) {
    int at = 0;
    while (at < n) {
      int part = r.nextInt(3) == 0 ? 1 + r.nextInt(n - at) : n - at;
      theirs.add(Vectors.of(Arrays.copyOfRange(base, at * D, (at + part) * D), D));
      at += part;
    }
  }

  private void sameFile(String what, byte[] mine, byte[] theirs) {
    assertThat(Arrays.mismatch(mine, theirs))
        .as("first differing byte of the file, %s, %s", what, this)
        .isEqualTo(-1);
  }

  private void compare(String what, FaissIndex theirs, Index ours) {
    int k =
        switch (r.nextInt(4)) {
          case 0 -> 1;
          case 1 -> n + 3;
          default -> 1 + r.nextInt(20);
        };
    ObjectNode params = family.draw(r, n);
    SearchParameters parameters = ParametersJson.likeFaiss(ours, ParametersJson.parameters(params));
    Vectors view = Vectors.of(queries, D);
    FaissAnswer answer = theirs.search(view, k, params.isEmpty() ? null : params);
    KnnResult mine = ours.search(view, k, parameters);
    Agreement judged = metric.isSimilarity() && (k == 1 || k >= 100) ? rule.withFreeTies() : rule;
    long[] ids = answer.longs("ids");
    float[] distances = answer.floats("distances");
    if (factory.contains("fs") && params.isEmpty()) {
      int asked = FastScanGaps.emptyQueries(theirs, view, k, ids, distances);
      int lost =
          metric.isSimilarity()
              ? FastScanGaps.lostWorst(
                  mine.nq(), k, mine.labels(), mine.distances(), ids, distances)
              : 0;
      if (asked + lost > 0) {
        System.out.println(
            "FAISS left "
                + asked
                + " queries of a batch empty, lost "
                + lost
                + " sums of 0: "
                + this);
      }
    }
    // FAISS passes over vectors of such graphs by their first estimate (quirk 31).
    boolean staged = factory.matches("HNSW.*RaBitQ[2-9]");
    Agreement.Tolerance within = (q, id) -> tolerance[q];
    if (staged) {
      PLACES.addAndGet(Arrays.stream(ids).filter(id -> id >= 0).count());
      WORSE.addAndGet(
          judged.worsePlaces(mine.nq(), k, mine.labels(), mine.distances(), distances, within));
    }
    judge(
        what + ", k = " + k + " " + params,
        staged
            ? judged.compareShared(
                mine.nq(), k, mine.labels(), mine.distances(), ids, distances, within)
            : judged.compare(
                mine.nq(), k, mine.labels(), mine.distances(), ids, distances, within));
  }

  private void changed(FaissIndex theirs, Index ours) throws IOException {
    if (family.removes() && r.nextBoolean()) {
      ObjectNode selector = SelectorDraw.draw(r, n, 1);
      long removed = theirs.remove(selector);
      assertThat(ours.removeIds(ParametersJson.selector(selector)))
          .as("removed by %s, %s", selector, this)
          .isEqualTo(removed);
      sameFile("after removing " + selector, IndexIO.toBytes(ours), theirs.toBytes());
      compare("after removing " + selector, theirs, ours);
    }
    if (family.appends()) {
      Vectors more = Vectors.of(queries, D);
      // FAISS restarts its level generator at a load (quirk 7), so it adds to a loaded index too.
      try (FaissIndex loaded = FaissIndex.fromBytes(LiveFaiss.get(), theirs.toBytes());
          Index again = IndexIO.fromBytes(IndexIO.toBytes(ours))) {
        loaded.add(more);
        again.add(more);
        sameFile("after adding", IndexIO.toBytes(again), loaded.toBytes());
      }
    }
  }

  private void judge(String what, List<Difference> differences) {
    List<Difference> defects = Agreement.defects(differences);
    assertThat(defects.size() > 5 ? defects.subList(0, 5) : defects)
        .as("%s, %s", what, this)
        .isEmpty();
  }

  @Override
  public String toString() {
    return factory + " " + metric + " " + kind + " n = " + n + " nq = " + queries.length / D;
  }
}
