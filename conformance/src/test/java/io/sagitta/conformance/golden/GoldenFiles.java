package io.sagitta.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The golden files as other tests see them. */
public final class GoldenFiles {
  private GoldenFiles() {}

  /**
   * One file.
   *
   * @param json its entry in the family's JSON
   * @param readable whether Sagitta has its types
   */
  public record Case(JsonNode json, boolean readable) {
    /** Whether the type is one that Sagitta refuses on purpose. */
    public boolean refusedOnPurpose() {
      return !json.path("refused").asText("").isEmpty();
    }
  }

  /** All of them. */
  public static List<Case> all() throws IOException {
    List<Case> out = new ArrayList<>();
    Path folder = Files.createTempDirectory("golden");
    for (String family : GoldenCase.FAMILIES) {
      for (GoldenCase golden : GoldenCase.of(family)) {
        out.add(new Case(golden.json(), readable(golden, folder)));
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
    return out;
  }

  private static boolean readable(GoldenCase golden, Path folder) throws IOException {
    try {
      IndexIO.read(golden.copyTo(folder)).close();
      return true;
    } catch (IndexFormatException e) {
      return false;
    }
  }
}
