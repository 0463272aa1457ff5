package io.sagitta.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Results as JSON lines: one object per line, appended as soon as it is known. */
public final class JsonLines {
  static final ObjectMapper JSON = new ObjectMapper();

  private JsonLines() {}

  /** An object of a type. */
  public static ObjectNode line(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  /**
   * All lines of a file. A last line that was cut by a crash is left out; any other damaged line is
   * an error that names it.
   */
  public static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> out = new ArrayList<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      try {
        out.add(JSON.readTree(lines.get(i)));
      } catch (JsonProcessingException e) {
        if (i < lines.size() - 1) {
          throw new IOException(file + ", line " + (i + 1) + ": " + e.getOriginalMessage(), e);
        }
      }
    }
    return out;
  }

  /** Appends one line. */
  public static void append(Path file, ObjectNode line) throws IOException {
    Files.writeString(
        file,
        line + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
