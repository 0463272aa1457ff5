package io.sagitta.bench.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.BenchData;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Java library in a JVM of its own, which times itself: what one library does to the compiler's
 * profiles, the caches and the heap of a JVM is in nobody else's figures. For libraries that need
 * no training.
 */
public final class PeerLibrary implements Library {
  private final String name;
  private final String version;
  private final PeerProcess process;

  /**
   * Starts it.
   *
   * @param name one that {@link PeerServer} hosts
   */
  public PeerLibrary(String name) throws IOException {
    this.name = name;
    this.process = new PeerProcess(name);
    try {
      this.version = process.call(PeerProcess.request("hello")).path("version").asText();
    } catch (UncheckedIOException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return version;
  }

  private static ObjectNode request(String op, IndexSpec spec, BenchData data) {
    return PeerProcess.request(op)
        .put("factory", spec.factory())
        .put("build", spec.buildText())
        .put("metric", data.metric().name())
        .put("d", data.d());
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    return process.call(request("supports", spec, data)).path("supports").asBoolean();
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) throws IOException {
    ObjectNode request = request("build", spec, data).put("threads", threads);
    Path file = PeerVectors.write(data.base(), request);
    try {
      JsonNode answer = process.call(request);
      return new PeerCandidate(
          process,
          answer.path("index").asInt(),
          new BuildFigures(
              answer.path("train_s").asDouble(),
              answer.path("add_s").asDouble(),
              answer.path("heap").asLong(),
              answer.path("off_heap").asLong(),
              answer.path("resident").asLong(),
              answer.path("file_bytes").asLong()));
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void close() {
    process.close();
  }

  private record PeerCandidate(PeerProcess process, int index, BuildFigures figures)
      implements Candidate {
    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      ObjectNode request =
          PeerProcess.request("searcher")
              .put("index", index)
              .put("k", k)
              .put("setting", setting)
              .put("threads", threads)
              .put("single", single);
      try {
        Path file = PeerVectors.write(queries, request);
        try {
          return new PeerSearcher(process, process.call(request).path("searcher").asInt());
        } finally {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.call(PeerProcess.request("close").put("index", index));
    }
  }

  private static final class PeerSearcher implements Searcher {
    private final PeerProcess process;
    private final int searcher;
    private long[] ids = new long[0];
    private long[] nanos = new long[0];

    PeerSearcher(PeerProcess process, int searcher) {
      this.process = process;
      this.searcher = searcher;
    }

    @Override
    public double seconds(int passes) {
      JsonNode answer =
          process.call(PeerProcess.request("run").put("searcher", searcher).put("passes", passes));
      ids = longs(answer.path("ids"));
      nanos = longs(answer.path("nanos"));
      return answer.path("seconds").asDouble();
    }

    private static long[] longs(JsonNode array) {
      long[] out = new long[array.size()];
      for (int i = 0; i < out.length; i++) {
        out[i] = array.get(i).asLong();
      }
      return out;
    }

    @Override
    public long[] ids() {
      return ids;
    }

    @Override
    public long[] nanos() {
      return nanos;
    }

    @Override
    public long pid() {
      return process.pid();
    }
  }
}
