package io.sagitta.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.core.Vectors;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.fs.DiskFileSystem;
import io.sagitta.storage.metadata.OffHeapMetadataStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOriginalsTest {
  /** So wide that a file has 256 rows; the files are sparse. */
  private static final int D = 65_536;

  private static final int FILE_ROWS = 256;

  @TempDir Path directory;

  private FileOriginals originals() {
    return new FileOriginals(DiskFileSystem.INSTANCE, directory.resolve("originals"), D, false);
  }

  private static float[] row(long key) {
    Random random = new Random(key);
    float[] x = new float[D];
    for (int i = 0; i < D; i++) {
      x[i] = Float.intBitsToFloat(random.nextInt() & 0xBFFFFFFF);
    }
    return x;
  }

  private static void put(FileOriginals originals, long first, int n) {
    float[] all = new float[n * D];
    for (int i = 0; i < n; i++) {
      System.arraycopy(row(first + i), 0, all, i * D, D);
    }
    originals.put(first, Vectors.of(all, D));
  }

  private static boolean holds(FileOriginals originals, long key) {
    float[] out = new float[D];
    return originals.read(key, MemorySegment.ofArray(out), 0)
        && MemorySegment.ofArray(out).mismatch(MemorySegment.ofArray(row(key))) < 0;
  }

  private static OffHeapMetadataStore metadata(long... keys) {
    OffHeapMetadataStore metadata = new OffHeapMetadataStore();
    for (long key : keys) {
      metadata.put(key, "id" + key, new byte[] {0});
    }
    return metadata;
  }

  private long files() throws IOException {
    try (var all = Files.list(directory.resolve("originals"))) {
      return all.count();
    }
  }

  @Test
  void rowsComeBackBitForBitAlsoAcrossFilesAndAfterReopening() throws IOException {
    try (FileOriginals originals = originals()) {
      put(originals, FILE_ROWS - 2, 5); // the last rows of one file and the first of the next
      put(originals, 3, 1);
      for (long key : new long[] {3, FILE_ROWS - 2, FILE_ROWS - 1, FILE_ROWS, FILE_ROWS + 2}) {
        assertThat(holds(originals, key)).isTrue();
      }
      assertThat(originals.read(5 * FILE_ROWS, MemorySegment.ofArray(new float[D]), 0)).isFalse();
      originals.sync();
      originals.snapshotTaken();
      assertThat(files()).isEqualTo(2);
    }
    try (FileOriginals originals = originals()) {
      originals.open(metadata(3, FILE_ROWS, FILE_ROWS + 2));
      assertThat(holds(originals, 3)).isTrue();
      assertThat(holds(originals, FILE_ROWS + 2)).isTrue();
      put(originals, FILE_ROWS + 3, 1);
      assertThat(holds(originals, FILE_ROWS + 3)).isTrue();
    }
  }

  @Test
  void aFileGoesAfterASnapshotWhenNothingOfItIsLive() throws IOException {
    try (FileOriginals originals = originals()) {
      put(originals, 1, 2);
      put(originals, FILE_ROWS, 1);
      originals.remove(1);
      originals.sync();
      originals.snapshotTaken();
      assertThat(files()).isEqualTo(2);
      originals.remove(2);
      assertThat(files()).isEqualTo(2);
      originals.sync();
      // The snapshot before the next one may still need it.
      assertThat(files()).isEqualTo(2);
      originals.snapshotTaken();
      assertThat(files()).isEqualTo(1);
      assertThat(holds(originals, FILE_ROWS)).isTrue();
      assertThat(originals.bytes()).isEqualTo(4L * D * FILE_ROWS);
    }
  }

  @Test
  void aFileThatIsMissingIsNamed() throws IOException {
    try (FileOriginals originals = originals()) {
      put(originals, 1, 1);
      put(originals, FILE_ROWS, 1);
    }
    Path lost = directory.resolve("originals").resolve("originals-000000000001.f32");
    Files.delete(lost);
    try (FileOriginals originals = originals()) {
      assertThatThrownBy(() -> originals.open(metadata(1, FILE_ROWS)))
          .isInstanceOf(StorageCorruptionError.class)
          .hasMessageContaining(lost.toString())
          .hasMessageContaining("missing");
      originals.open(metadata(1));
    }
  }
}
