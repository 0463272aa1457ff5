package io.sagitta.storage;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing acknowledged is lost when the writing process is killed. */
class CrashTest {
  @TempDir Path directory;

  @Test
  void twentyKills() throws Exception {
    new CrashHarness(directory.resolve("flat"), "flat", "builtin", List.of(), 1).run(12);
    new CrashHarness(directory.resolve("hnsw"), "hnsw", "builtin", List.of(), 2).run(8);
  }

  @Test
  @Tag("long")
  void twoHundredKills() throws Exception {
    new CrashHarness(directory.resolve("flat"), "flat", "builtin", List.of(), 3).run(120);
    new CrashHarness(directory.resolve("hnsw"), "hnsw", "builtin", List.of(), 4).run(80);
  }
}
