package io.sagitta.bench;

import io.sagitta.bench.library.Candidate;
import io.sagitta.bench.library.IndexSpec;
import io.sagitta.bench.library.Library;
import io.sagitta.bench.library.SagittaLibrary;
import io.sagitta.bench.library.Searcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Files worth keeping between runs: ground truth, and indexes that took long to build. */
public final class BenchCache {
  private final Path folder;

  private BenchCache(Path folder) {
    this.folder = folder;
  }

  /**
   * In the folder given, or that of environment variable {@code SAGITTA_BENCH_CACHE}, or {@code
   * .sagitta/bench-cache} at the top of the checkout.
   */
  public static BenchCache at(@Nullable Path folder) throws IOException {
    Path at = folder;
    if (at == null) {
      String given = System.getenv("SAGITTA_BENCH_CACHE");
      at =
          given != null
              ? Path.of(given)
              : Path.of(System.getProperty("sagitta.top", "."), ".sagitta", "bench-cache");
    }
    Files.createDirectories(at);
    return new BenchCache(at);
  }

  /** The file of a thing made from a data set; its name is stable over runs. */
  public Path file(String kind, String data, String ending) {
    String text = kind + "-" + data;
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    String readable = text.replaceAll("[^A-Za-z0-9.]+", "_");
    return folder.resolve(
        readable.substring(0, Math.min(80, readable.length()))
            + "-"
            + Long.toHexString(crc.getValue())
            + "."
            + ending);
  }

  /** The exact neighbours of all queries, by FAISS's flat index where there is one. */
  public GroundTruth groundTruth(BenchData data, int k, Optional<? extends Library> oracle)
      throws IOException {
    Path file = file("truth-" + data.metric() + "-" + k, data.name(), "ids");
    if (Files.exists(file)) {
      byte[] raw = Files.readAllBytes(file);
      long[] ids = new long[raw.length / 8];
      ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(ids);
      if (ids.length == data.queries().n() * k) {
        return new GroundTruth(k, ids);
      }
    }
    Library library = oracle.isPresent() ? oracle.get() : new SagittaLibrary();
    int cores = Runtime.getRuntime().availableProcessors();
    try (Candidate flat = library.build(IndexSpec.of("Flat", ""), data, cores)) {
      Searcher searcher = flat.searcher(data.queries(), k, "", cores, false);
      searcher.seconds(1);
      long[] ids = searcher.ids();
      ByteBuffer raw = ByteBuffer.allocate(ids.length * 8).order(ByteOrder.LITTLE_ENDIAN);
      raw.asLongBuffer().put(ids);
      Files.write(file, raw.array());
      return new GroundTruth(k, ids);
    }
  }
}
