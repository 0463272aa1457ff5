package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.flat.IndexFlatL2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Codecs trained on SIFT small find what FAISS 1.15.1 finds with them: recall@10 within 0.02.
 * Skipped where SIFT small is not at hand, see {@link SiftIvfTest}.
 */
class SiftCodecsTest {
  private static final int K = 10;

  private Vectors x;
  private Vectors q;

  @BeforeEach
  void data() throws IOException {
    Path folder = SiftIvfTest.find();
    assumeTrue(Files.isDirectory(folder), "SIFT small is not at hand");
    x = VectorFiles.read(folder.resolve("siftsmall_base.fvecs"));
    q = VectorFiles.read(folder.resolve("siftsmall_query.fvecs"));
  }

  @ParameterizedTest
  @CsvSource({
    "SQ8,'',0.991",
    "SQ4,'',0.878",
    "PQ8,'',0.593",
    "PQ16,'',0.734",
    "PQ32,'',0.832",
    "'OPQ16,PQ16','',0.712",
    "'PCA64,Flat','',0.850",
    "'PQ16,RFlat','k_factor_rf=10',0.999"
  })
  void findsWhatFaissFinds(String factory, String parameters, double recall) {
    SearchParameters p =
        parameters.isEmpty() ? SearchParameters.NONE : SearchParameters.parse(parameters);
    try (Index index = IndexFactory.create(x.d(), factory, MetricType.L2);
        IndexFlatL2 exact = new IndexFlatL2(x.d())) {
      index.train(x);
      index.add(x);
      exact.add(x);
      KnnResult found = index.search(q, K, p);
      KnnResult truth = exact.search(q, K, SearchParameters.NONE);
      int hits = 0;
      for (int i = 0; i < q.n(); i++) {
        for (int a = 0; a < K; a++) {
          for (int b = 0; b < K; b++) {
            hits += found.id(i, a) == truth.id(i, b) ? 1 : 0;
          }
        }
      }
      assertThat(hits / (double) (K * q.n())).isCloseTo(recall, within(0.02));
    }
  }
}
