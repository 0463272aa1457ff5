package io.sagitta.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void theTargetChangesAtTheCommit() throws IOException {
    Path target = folder.resolve("a");
    Files.writeString(target, "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write("new".getBytes(StandardCharsets.UTF_8));
      assertThat(target).hasContent("old");
      file.commit();
      assertThat(target).hasContent("new");
    }
    assertThat(target).hasContent("new");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    Path target = folder.resolve("a");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.stream().write(1);
      assertThat(names()).hasSize(1);
    }
    assertThat(names()).isEmpty();
  }

  /** Another JVM stops in the middle of a write, as after Ctrl-C. */
  @Test
  void theEndOfTheJvmRemovesTheTemporaryFile() throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                java.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StopsHalfWay.class.getName(),
                folder.resolve("a").toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isEqualTo(3);
    assertThat(names()).isEmpty();
  }

  /** Leaves the JVM with a file half written. */
  static final class StopsHalfWay {
    private StopsHalfWay() {}

    public static void main(String[] args) throws IOException {
      AtomicFile file = AtomicFile.create(Path.of(args[0]));
      file.stream().write(1);
      System.exit(Files.list(Path.of(args[0]).getParent()).count() == 1 ? 3 : 4);
    }
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList().stream();
    }
  }
}
