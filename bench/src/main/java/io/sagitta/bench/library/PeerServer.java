package io.sagitta.bench.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.bench.BenchData;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hosts one Java library for {@link PeerLibrary}: reads requests from standard input and answers on
 * standard output, one JSON object a line, until the input ends. A request that fails is answered
 * by {@code {"error": …}}.
 */
public final class PeerServer {
  /** The names of libraries that can be hosted. */
  public static final List<String> NAMES = List.of("jvector", "lucene");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Library library;
  private final List<@Nullable Candidate> indexes = new ArrayList<>();
  private final Map<Integer, Hosted> searchers = new HashMap<>();
  private int nextSearcher;

  private record Hosted(int index, Searcher searcher) {}

  private PeerServer(Library library) {
    this.library = library;
  }

  /** Serves; the only argument is the library's name. */
  public static void main(String[] args) throws IOException {
    // What libraries print is kept out of the answers.
    PrintStream answers = System.out;
    System.setOut(System.err);
    try (Library library = library(args[0]);
        BufferedReader requests =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      PeerServer server = new PeerServer(library);
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        answers.println(server.answer(line));
        answers.flush();
      }
      server.closeAll();
    }
  }

  private static Library library(String name) {
    return switch (name) {
      case "jvector" -> new JVectorLibrary();
      case "lucene" -> new LuceneLibrary();
      default ->
          throw new IllegalArgumentException("library \"" + name + "\" is not one of " + NAMES);
    };
  }

  private ObjectNode answer(String line) {
    try {
      JsonNode request = JSON.readTree(line);
      ObjectNode out = JSON.createObjectNode();
      switch (request.path("op").asText()) {
        case "hello" -> out.put("version", library.version());
        case "supports" -> out.put("supports", library.supports(spec(request), shape(request)));
        case "build" -> build(request, out);
        case "searcher" -> searcher(request, out);
        case "run" -> run(request, out);
        case "close" -> close(request.path("index").asInt());
        default -> throw new IllegalArgumentException("unknown request " + line);
      }
      return out;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return JSON.createObjectNode().put("error", e.toString());
    }
  }

  private static IndexSpec spec(JsonNode request) {
    return IndexSpec.of(request.path("factory").asText(), request.path("build").asText());
  }

  private static BenchData shape(JsonNode request) {
    return data(
        request, new Vectors(0, request.path("d").asInt(), MemorySegment.ofArray(new float[0])));
  }

  private static BenchData data(JsonNode request, Vectors base) {
    MetricType metric = MetricType.valueOf(request.path("metric").asText());
    return new BenchData("peer", metric, base, base, base);
  }

  private void build(JsonNode request, ObjectNode out) throws IOException {
    BenchData data = data(request, PeerVectors.read(request));
    Candidate built = library.build(spec(request), data, request.path("threads").asInt());
    BuildFigures f = built.figures();
    out.put("index", indexes.size()).put("train_s", f.trainSeconds()).put("add_s", f.addSeconds());
    out.put("heap", f.heapBytes()).put("off_heap", f.offHeapBytes());
    out.put("resident", f.residentBytes()).put("file_bytes", f.fileBytes());
    indexes.add(built);
  }

  private void searcher(JsonNode request, ObjectNode out) throws IOException {
    int index = request.path("index").asInt();
    Candidate candidate = Objects.requireNonNull(indexes.get(index), "the index is closed");
    Searcher made =
        candidate.searcher(
            PeerVectors.read(request),
            request.path("k").asInt(),
            request.path("setting").asText(),
            request.path("threads").asInt(),
            request.path("single").asBoolean());
    out.put("searcher", nextSearcher);
    searchers.put(nextSearcher++, new Hosted(index, made));
  }

  private void run(JsonNode request, ObjectNode out) {
    Searcher searcher =
        Objects.requireNonNull(
                searchers.get(request.path("searcher").asInt()), "the searcher's index is closed")
            .searcher();
    out.put("seconds", searcher.seconds(request.path("passes").asInt()));
    put(out.putArray("ids"), searcher.ids());
    put(out.putArray("nanos"), searcher.nanos());
  }

  private static void put(ArrayNode array, long[] values) {
    for (long v : values) {
      array.add(v);
    }
  }

  private void close(int index) {
    searchers.values().removeIf(h -> h.index() == index);
    Candidate candidate = indexes.set(index, null);
    if (candidate != null) {
      candidate.close();
    }
  }

  private void closeAll() {
    for (int i = 0; i < indexes.size(); i++) {
      close(i);
    }
  }
}
