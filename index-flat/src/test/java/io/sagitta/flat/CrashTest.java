package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that is killed while it writes an index leaves a whole file: the old one or the new. */
class CrashTest {
  private static final int D = 32;

  /** The child: writes files of 1,000, 1,001, … vectors for ever, and says so after each. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      Path file = Path.of(args[0]);
      try (IndexFlatL2 index = new IndexFlatL2(D)) {
        index.add(new float[1_000 * D]);
        while (true) {
          IndexIO.write(index, file);
          System.out.println(index.ntotal());
          System.out.flush();
          index.add(new float[D]);
        }
      }
    }
  }

  @Test
  void aKilledWriterLeavesAWholeFile(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("index.faiss");
    for (int kill = 1; kill <= 3; kill++) {
      Process child =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx64m",
                      "--add-modules",
                      "jdk.incubator.vector",
                      "-cp",
                      System.getProperty("java.class.path"),
                      Writer.class.getName(),
                      file.toString()))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      long written = 0;
      try (BufferedReader out =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
        for (int i = 0; i < 20 * kill; i++) {
          written = Long.parseLong(out.readLine());
        }
        child.destroyForcibly().waitFor();
      }
      try (Index index = IndexIO.read(file)) {
        assertThat(index.ntotal()).isGreaterThanOrEqualTo(written);
        assertThat(Files.size(file)).isEqualTo(45 + index.ntotal() * D * 4);
      }
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoOther(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("index.faiss");
    Path link = dir.resolve("link.faiss");
    Files.writeString(file, "old");
    Files.createSymbolicLink(link, file.getFileName());
    Index index = new IndexFlatL2(D);
    index.close();
    for (Path p : List.of(file, link)) {
      try {
        IndexIO.write(index, p);
        throw new AssertionError("a closed index was written");
      } catch (IllegalStateException closed) {
        assertThat(closed).hasMessageContaining("closed");
      }
      assertThat(Files.readString(file)).isEqualTo("old");
    }
    try (IndexFlatL2 other = new IndexFlatL2(D)) {
      IndexIO.write(other, link);
    }
    assertThat(Files.isSymbolicLink(link)).isTrue();
    try (Index back = IndexIO.read(file)) {
      assertThat(back.d()).isEqualTo(D);
    }
    try (var all = Files.list(dir)) {
      assertThat(all).containsExactlyInAnyOrder(file, link);
    }
  }
}
