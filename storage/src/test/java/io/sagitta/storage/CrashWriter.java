package io.sagitta.storage;

import io.sagitta.core.Vectors;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A process that writes until it is killed: four threads, each with ids of its own. Before an
 * operation it says so on its output, and after the acknowledgement again; each line is one write
 * to the pipe, which survives the process.
 *
 * <p>Lines: {@code R} ready; {@code B thread verb version id…} begins, verbs P (put or replace), M
 * (metadata), D (delete); {@code A thread} acknowledged. Vector and metadata follow from id and
 * version alone.
 */
public final class CrashWriter {
  static final int DIMENSION = 24;
  static final int THREADS = 4;
  static final int IDS = 40;

  private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private CrashWriter() {}

  static VectorStorageConfig config(Path directory, String indexType, String metadataStore) {
    return VectorStorageConfig.builder(DIMENSION)
        .path(directory)
        .indexType(indexType)
        .metadataStore(metadataStore)
        .logSegmentBytes(1 << 16)
        .snapshotLogBytes(20_000)
        .maxVectors(10_000)
        .build();
  }

  static float[] vector(String id, long version) {
    return Embeddings.vector(DIMENSION, id.hashCode() * 1_000_003L + version);
  }

  static VectorMetadata metadata(long version) {
    return Embeddings.metadata((int) (version % 1_000_000)).with("version", version);
  }

  private static void say(String line) {
    try {
      OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      Runtime.getRuntime().halt(3);
    }
  }

  /** Arguments: directory, index type, metadata store, seed, first version. */
  public static void main(String[] args) {
    VectorStorage storage = VectorStorage.open(config(Path.of(args[0]), args[1], args[2]));
    long seed = Long.parseLong(args[3]);
    long version = Long.parseLong(args[4]);
    say("R");
    for (int t = 0; t < THREADS; t++) {
      int thread = t;
      Thread.ofPlatform().start(() -> write(storage, thread, seed, version));
    }
  }

  private static void write(VectorStorage storage, int thread, long seed, long firstVersion) {
    SplittableRandom random = new SplittableRandom(seed * 31 + thread);
    long version = firstVersion;
    while (true) {
      version++;
      String id = "t" + thread + "-" + random.nextInt(IDS);
      int what = random.nextInt(10);
      if (what < 5 || !storage.contains(id)) {
        List<String> ids = new ArrayList<>(List.of(id));
        for (int i = 0; what == 0 && i < 6; i++) {
          String other = "t" + thread + "-" + random.nextInt(IDS);
          if (!ids.contains(other)) {
            ids.add(other);
          }
        }
        say("B " + thread + " P " + version + " " + String.join(" ", ids));
        float[][] rows = new float[ids.size()][];
        List<VectorMetadata> metadata = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
          rows[i] = vector(ids.get(i), version);
          metadata.add(metadata(version));
        }
        Vectors vectors = VectorStorage.rows(rows);
        storage.batchUpsert(vectors, metadata, ids);
      } else if (what < 7) {
        say("B " + thread + " M " + version + " " + id);
        storage.updateMetadata(id, metadata(version));
      } else {
        say("B " + thread + " D " + version + " " + id);
        storage.deleteEmbedding(id);
      }
      say("A " + thread);
    }
  }
}
