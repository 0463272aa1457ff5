package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.random.RandomData;
import io.sagitta.testkit.FreshJvm;
import io.sagitta.testkit.WarmCalls;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What warm searches of one index allocate, here or in a fresh JVM with the same flags.
 *
 * @param shape what is built of the factory string
 * @param parameters text of the search parameters, may be empty
 */
record WarmSearch(Shape shape, String factory, MetricType metric, String parameters) {
  enum Shape {
    INDEX,
    SHARDS,
    REPLICAS
  }

  private static final int D = 64;
  private static final int SEARCHES = 20;

  /** Arguments: shape, factory string, metric, parameters. Prints the bytes of a round. */
  public static void main(String[] args) {
    WarmSearch search =
        new WarmSearch(Shape.valueOf(args[0]), args[1], MetricType.valueOf(args[2]), args[3]);
    System.out.println("bytes " + search.leastBytes(Duration.ofSeconds(30)));
  }

  /** The least of any round of searches, in bytes. */
  long leastBytes(Duration limit) {
    SearchParameters p =
        parameters.isEmpty() ? SearchParameters.NONE : SearchParameters.parse(parameters);
    Vectors[] queries = new Vectors[8];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = Vectors.one(RandomData.normal(D, 70 + i));
    }
    KnnResult out = new KnnResult();
    int[] next = {0};
    try (Index index = filled()) {
      long least =
          WarmCalls.leastBytes(
              SEARCHES, 0, limit, () -> index.searchInto(queries[next[0]++ & 7], 10, p, out));
      assertThat(out.count(0)).isPositive();
      return least;
    }
  }

  /** The same, measured by a JVM that runs nothing else. */
  long leastBytesInFreshJvm() throws Exception {
    return FreshJvm.number(
        getClass(), "bytes ", List.of(shape.name(), factory, metric.name(), parameters));
  }

  private Index filled() {
    Vectors x = Vectors.of(RandomData.normal(1_000 * D, 3), D);
    Index index =
        switch (shape) {
          case INDEX -> IndexFactory.create(D, factory, metric);
          case SHARDS -> new IndexShards(two(), true);
          case REPLICAS -> new IndexReplicas(two());
        };
    index.train(x);
    if (factory.startsWith("IDMap")) {
      long[] ids = new long[1_000];
      Arrays.setAll(ids, i -> 3L * i);
      index.addWithIds(x, ids);
    } else {
      index.add(x);
    }
    return index;
  }

  private List<Index> two() {
    return List.of(
        IndexFactory.create(D, factory, metric), IndexFactory.create(D, factory, metric));
  }
}
