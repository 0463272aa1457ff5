package io.sagitta.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One file that FAISS wrote, with FAISS's answers; its form is described in golden_lib.py. */
record GoldenCase(String family, JsonNode json, JsonNode sets) {
  static final List<String> FAMILIES =
      List.of(
          "flat",
          "idmap",
          "sq",
          "pq",
          "transform",
          "refine",
          "hnsw",
          "ivf",
          "ivfcodes",
          "fastscan",
          "rabitq",
          "panorama",
          "independent",
          "legacy",
          "refused");

  /** All cases of a family. */
  static List<GoldenCase> of(String family) {
    JsonNode book = read("golden/" + family + ".json");
    List<GoldenCase> out = new ArrayList<>();
    for (JsonNode c : book.path("cases")) {
      out.add(new GoldenCase(family, c, book.path("sets")));
    }
    return out;
  }

  private static JsonNode read(String name) {
    try (InputStream in = open(name)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = GoldenCase.class.getClassLoader().getResourceAsStream(name);
    if (in == null) {
      throw new IOException(name + " is not on the class path");
    }
    return in;
  }

  String name() {
    return json.path("name").asText();
  }

  /** The text that a refusal must contain, empty for types that are supported. */
  String refused() {
    return json.path("refused").asText("");
  }

  byte[] file() {
    return bytes(json.path("file").asText());
  }

  static byte[] bytes(String name) {
    try (InputStream in = open("golden/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the file, and the data file beside it if there is one, into a folder. */
  Path copyTo(Path folder) throws IOException {
    Path file = folder.resolve(name() + ".faiss");
    Files.write(file, file());
    String sidecar = json.path("sidecar").asText("");
    if (!sidecar.isEmpty()) {
      Files.write(folder.resolve(Path.of(sidecar).getFileName()), bytes(sidecar));
    }
    return file;
  }

  Vectors set(String name) {
    return Vectors.of(floats(sets.path(name)), sets.path(name).get(0).size());
  }

  /** A list of rows as one array. */
  static float[] floats(JsonNode rows) {
    int width = rows.isEmpty() ? 0 : rows.get(0).size();
    float[] out = new float[rows.size() * width];
    int at = 0;
    for (JsonNode row : rows) {
      for (JsonNode v : row) {
        // Numbers are written shortest for float32; the special ones are texts.
        out[at++] = Float.parseFloat(v.asText());
      }
    }
    return out;
  }

  static long[] longs(JsonNode rows) {
    int width = rows.isEmpty() ? 0 : rows.get(0).size();
    long[] out = new long[rows.size() * width];
    int at = 0;
    for (JsonNode row : rows) {
      for (JsonNode v : row) {
        out[at++] = v.asLong();
      }
    }
    return out;
  }

  @Override
  public String toString() {
    return family + "/" + name() + " (" + json.path("fourcc").asText() + ")";
  }
}
