package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.flat.IndexFlatL2;
import io.sagitta.ivf.IndexIVF;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Inverted files over SIFT small beside what FAISS made of it ({@code python/golden_sift.py}): the
 * same lists and the same recall. Skipped where SIFT small is not at hand (property {@code
 * sagitta.data}, or {@code shared/data} beside the checkout).
 */
class SiftIvfTest {
  private static final int NLIST = 64;
  private static final int D = 128;

  private Vectors x;
  private Vectors q;
  private Path folder;

  static Path find() {
    List<Path> places = new ArrayList<>();
    String given = System.getProperty("sagitta.data");
    if (given != null) {
      places.add(Path.of(given));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      places.add(at.resolve("shared").resolve("data"));
    }
    for (Path place : places) {
      if (Files.exists(place.resolve("siftsmall").resolve("siftsmall_base.fvecs"))) {
        return place.resolve("siftsmall");
      }
    }
    return Path.of("siftsmall");
  }

  @BeforeEach
  void data() throws IOException {
    folder = find();
    assumeTrue(Files.isDirectory(folder), "SIFT small is not at hand");
    x = VectorFiles.read(folder.resolve("siftsmall_base.fvecs"));
    q = VectorFiles.read(folder.resolve("siftsmall_query.fvecs"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SiftIvfTest.class.getResourceAsStream("/sift/" + name)) {
      return in.readAllBytes();
    }
  }

  private static double share(long[] lists, byte[] theirs) {
    int same = 0;
    for (int i = 0; i < lists.length; i++) {
      same += lists[i] == (theirs[i] & 0xff) ? 1 : 0;
    }
    return same / (double) lists.length;
  }

  @Test
  void givenItsCentroidsEveryVectorGetsFaisssList() throws IOException {
    float[] centroids = new float[NLIST * D];
    ByteBuffer.wrap(resource("centroids.f32"))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(centroids);
    byte[] theirs = resource("lists.u8");
    try (Index quantizer = new IndexFlatL2(D)) {
      quantizer.add(centroids);
      long[] lists = quantizer.search(x, 1, SearchParameters.NONE).labels();
      assertThat(share(lists, theirs)).isGreaterThanOrEqualTo(0.999);
    }
  }

  @Test
  void trainedFromScratchTheListsAreFaisssToo() throws IOException {
    byte[] theirs = resource("lists.u8");
    try (IndexIVF index = (IndexIVF) IndexFactory.create(D, "IVF64,Flat", MetricType.L2)) {
      index.train(x);
      long[] lists = index.quantizer().search(x, 1, SearchParameters.NONE).labels();
      assertThat(share(lists, theirs)).isGreaterThanOrEqualTo(0.97);
    }
  }

  private double recall(Index index, int nprobe) throws IOException {
    IdMatrix truth = IdMatrix.read(folder.resolve("siftsmall_groundtruth.ivecs"));
    KnnResult found = index.search(q, 10, SearchParameters.builder().nprobe(nprobe).build());
    int hits = 0;
    for (int i = 0; i < found.nq(); i++) {
      Set<Long> ids = new HashSet<>();
      for (int j = 0; j < 10; j++) {
        ids.add(truth.get(i, j));
      }
      for (int j = 0; j < found.count(i); j++) {
        hits += ids.contains(found.id(i, j)) ? 1 : 0;
      }
    }
    return hits / (double) (10 * found.nq());
  }

  @Test
  void recallAtEachNprobeIsFaisss() throws IOException {
    JsonNode all = FaissRequest.JSON.readTree(resource("recall.json")).get("recall@10");
    assertThat(all.size()).isEqualTo(3);
    for (var factory : all.properties()) {
      try (Index index = IndexFactory.create(D, factory.getKey(), MetricType.L2)) {
        index.train(x);
        index.add(x);
        for (var figure : factory.getValue().properties()) {
          assertThat(recall(index, Integer.parseInt(figure.getKey())))
              .as("%s, nprobe %s", factory.getKey(), figure.getKey())
              .isCloseTo(figure.getValue().asDouble(), within(0.01));
        }
      }
    }
  }

  @Test
  @Tag("faiss")
  void liveListsAreTheSame() throws IOException {
    FaissProcess faiss = FaissProcess.find().orElse(null);
    assumeTrue(faiss != null, FaissProcess::whyAbsent);
    try (faiss;
        FaissIndex theirs = FaissIndex.create(faiss, D, "IVF100,Flat", MetricType.L2, 0);
        IndexIVF ours = (IndexIVF) IndexFactory.create(D, "IVF100,Flat", MetricType.L2)) {
      theirs.train(x);
      theirs.add(x);
      ours.train(x);
      ours.add(x);
      try (IndexIVF read = (IndexIVF) io.sagitta.core.io.IndexIO.fromBytes(theirs.toBytes())) {
        int same = 0;
        for (int l = 0; l < 100; l++) {
          Set<Long> ids = new HashSet<>();
          for (long id : read.listIds(l)) {
            ids.add(id);
          }
          for (long id : ours.listIds(l)) {
            same += ids.contains(id) ? 1 : 0;
          }
        }
        assertThat(same).isGreaterThanOrEqualTo(9700);
        for (int nprobe : new int[] {1, 4, 16}) {
          assertThat(recall(ours, nprobe)).isCloseTo(recall(read, nprobe), within(0.01));
        }
      }
    }
  }
}
