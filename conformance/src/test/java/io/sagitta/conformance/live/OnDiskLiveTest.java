package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sagitta.conformance.FaissIndex;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.ParametersJson;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.ivf.IndexIVF;
import io.sagitta.ivf.IvfOnDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One data file of inverted lists, written by Sagitta and FAISS in turn. */
@Tag("faiss")
class OnDiskLiveTest {
  private static final int D = 16;
  private static final int SAME_DIRECTORY = 4;

  @BeforeEach
  void installed() {
    assumeTrue(LiveFaiss.find().isPresent(), FaissProcess::whyAbsent);
  }

  private static Vectors data(int n, long seed) {
    return Vectors.of(DataKind.NORMAL.make(n, D, seed), D);
  }

  private static void assertAnswersAlike(FaissIndex theirs, Index ours) {
    Vectors q = data(40, 9);
    assertThat(ours.ntotal()).isEqualTo(theirs.ntotal());
    assertThat(
            ours.search(q, 7, ParametersJson.parameters(ParametersJson.ofText("nprobe=6")))
                .labels())
        .isEqualTo(theirs.search(q, 7, ParametersJson.ofText("nprobe=6")).longs("ids"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"IVF12,Flat", "IVF12,SQ8", "IVF12,PQ4x6np"})
  void bothWriteTheSameDataFile(String factory, @TempDir Path dir) throws IOException {
    FaissProcess faiss = LiveFaiss.get();
    Path file = dir.resolve("a.index");
    byte[] empty;
    try (FaissIndex trained = FaissIndex.create(faiss, D, factory, MetricType.L2, 0)) {
      trained.train(data(1000, 1));
      empty = trained.toBytes();
    }
    try (Index plain = IndexIO.fromBytes(empty);
        IvfOnDisk disk = IvfOnDisk.create((IndexIVF) plain, file, dir.resolve("a.data"))) {
      disk.index().add(data(500, 2));
      disk.index().removeIds(new IDSelectorRange(100, 160));
      disk.index().add(data(300, 3));
      disk.commit();
      try (FaissIndex theirs = FaissIndex.read(faiss, file, SAME_DIRECTORY)) {
        assertAnswersAlike(theirs, disk.index());
      }
    }
    try (FaissIndex theirs = FaissIndex.read(faiss, file, SAME_DIRECTORY)) {
      theirs.add(data(900, 4));
      theirs.write(file);
      try (IvfOnDisk disk = IvfOnDisk.open(file)) {
        assertAnswersAlike(theirs, disk.index());
        disk.index().add(data(2000, 5));
        disk.index().removeIds(new IDSelectorRange(700, 900));
        disk.commit();
      }
    }
    try (FaissIndex theirs = FaissIndex.read(faiss, file, SAME_DIRECTORY);
        Index ours = IndexIO.open(file)) {
      assertAnswersAlike(theirs, ours);
    }
  }
}
