package io.sagitta.bench.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Vectors on their way to another JVM: a file of float32, named with its shape in a request. */
final class PeerVectors {
  private PeerVectors() {}

  /** Writes them into a new temporary file and names it; the caller deletes it. */
  static Path write(Vectors x, ObjectNode request) throws IOException {
    Path file = Files.createTempFile("sagitta-peer", ".f32");
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long bytes = x.n() * x.rowBytes();
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      MemorySegment.copy(x.data(), x.offset(0), mapped, 0, bytes);
    }
    request.put("file", file.toString()).put("n", x.n()).put("d", x.d());
    return file;
  }

  /**
   * Reads those of a request into memory, so that they are resident before anything is measured.
   */
  static Vectors read(JsonNode request) throws IOException {
    long n = request.path("n").asLong();
    int d = request.path("d").asInt();
    MemorySegment data = Arena.ofAuto().allocate(n * d * Float.BYTES, 64);
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(Path.of(request.path("file").asText()))) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, data.byteSize(), arena);
      MemorySegment.copy(mapped, 0, data, 0, data.byteSize());
    }
    return new Vectors(n, d, data);
  }
}
