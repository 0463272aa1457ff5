package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.storage.SimilarityMetric;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.document.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exports and imports: an index file that FAISS reads, and a line of JSON for each embedding.
 *
 * <p>The index is flat under an id map. FAISS knows no cosine, so vectors of a cosine store are
 * written with length 1; where that changes a float, the line carries the original, too (its bytes
 * in hexadecimal digits), so that an import is bit for bit what was exported.
 */
public final class Exchange {
  private static final String INDEX = "index.faiss";
  private static final String LINES = "embeddings.jsonl";
  private static final int CHUNK = 1_024;

  private Exchange() {}

  /**
   * What an export holds.
   *
   * @param vectors the original vectors
   * @param ids their ids
   * @param metadata their metadata
   */
  public record Imported(
      Vectors vectors, List<String> ids, List<Map<String, @Nullable Object>> metadata) {}

  /** Writes a store's embeddings. */
  public static void exportTo(StoreEngine engine, Path directory) {
    int d = engine.config().dimension();
    boolean cosine = engine.config().metric() == SimilarityMetric.COSINE;
    Path unfinished = directory.resolve(LINES + ".tmp");
    try {
      Files.createDirectories(directory);
      try (Index flat =
              IndexFactory.create(d, "IDMap2,Flat", IndexPlan.metricOf(engine.config().metric()));
          BufferedWriter lines = Files.newBufferedWriter(unfinished, StandardCharsets.UTF_8)) {
        List<float[]> waiting = new ArrayList<>();
        long[] number = {0};
        engine.export(
            (record, vector) -> {
              float[] written = cosine ? Scoring.normalized(vector) : vector;
              Map<String, @Nullable Object> line = new LinkedHashMap<>();
              line.put("number", number[0]++);
              line.put("id", record.id());
              if (cosine && !java.util.Arrays.equals(written, vector)) {
                line.put("vector", hex(vector));
              }
              line.put("metadata", DocumentReader.read(record.document()));
              lines.write(Json.write(line));
              lines.write('\n');
              waiting.add(written);
              if (waiting.size() == CHUNK) {
                flush(flat, waiting, number[0]);
              }
            });
        flush(flat, waiting, number[0]);
        IndexIO.write(flat, directory.resolve(INDEX));
      }
      Files.move(unfinished, directory.resolve(LINES), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StorageOperationError("the export to " + directory + " failed: " + e, e);
    }
  }

  private static void flush(Index flat, List<float[]> waiting, long end) {
    if (waiting.isEmpty()) {
      return;
    }
    int d = flat.d();
    float[] all = new float[waiting.size() * d];
    for (int i = 0; i < waiting.size(); i++) {
      System.arraycopy(waiting.get(i), 0, all, i * d, d);
    }
    flat.addWithIds(
        Vectors.of(all, d), EmbeddingIndex.consecutive(end - waiting.size(), waiting.size()));
    waiting.clear();
  }

  /**
   * Reads an export.
   *
   * @throws StorageOperationError if its files cannot be read or do not belong together
   */
  public static Imported read(StoreEngine engine, Path directory) {
    int d = engine.config().dimension();
    try (Index index = IndexIO.read(directory.resolve(INDEX));
        BufferedReader lines =
            Files.newBufferedReader(directory.resolve(LINES), StandardCharsets.UTF_8)) {
      if (index.d() != d) {
        throw new StorageOperationError(
            "the export in " + directory + " has dimension " + index.d() + ", the store has " + d);
      }
      int n = Math.toIntExact(index.ntotal());
      float[] vectors = new float[Math.multiplyExact(n, d)];
      List<String> ids = new ArrayList<>(n);
      List<Map<String, @Nullable Object>> metadata = new ArrayList<>(n);
      String text = lines.readLine();
      while (text != null) {
        readLine(index, d, text, vectors, ids, metadata);
        text = lines.readLine();
      }
      if (ids.size() != n) {
        throw new IllegalArgumentException(
            LINES + " has " + ids.size() + " lines, " + INDEX + " has " + n + " vectors");
      }
      return new Imported(Vectors.of(vectors, d), ids, metadata);
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      throw new StorageOperationError(
          "the export in " + directory + " could not be read: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static void readLine(
      Index index,
      int d,
      String text,
      float[] vectors,
      List<String> ids,
      List<Map<String, @Nullable Object>> metadata) {
    int row = ids.size();
    Map<String, @Nullable Object> line = Json.readObject(text);
    if (!(line.get("number") instanceof Long number)
        || !(line.get("id") instanceof String id)
        || !(line.get("metadata") instanceof Map<?, ?> map)
        || (row + 1L) * d > vectors.length) {
      throw new IllegalArgumentException(
          "line " + (row + 1) + " of " + LINES + " has no number, id and metadata of a vector");
    }
    float[] vector =
        line.get("vector") instanceof String hex ? unhex(hex, d) : index.reconstruct(number);
    System.arraycopy(vector, 0, vectors, row * d, d);
    ids.add(id);
    metadata.add((Map<String, @Nullable Object>) map);
  }

  private static String hex(float[] vector) {
    StringBuilder text = new StringBuilder(8 * vector.length);
    for (float v : vector) {
      text.append(HexFormat.of().toHexDigits(Float.floatToRawIntBits(v)));
    }
    return text.toString();
  }

  private static float[] unhex(String text, int d) {
    if (text.length() != 8 * d) {
      throw new IllegalArgumentException("a vector has " + text.length() + " digits, not " + 8 * d);
    }
    float[] vector = new float[d];
    for (int i = 0; i < d; i++) {
      vector[i] = Float.intBitsToFloat(HexFormat.fromHexDigits(text, 8 * i, 8 * i + 8));
    }
    return vector;
  }
}
