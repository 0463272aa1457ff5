package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the default store needs at run time: three jars, no flag, no native library. */
class ClosureTest {
  private static final List<String> JARS = List.of("hppc-", "commons-pool2-", "jackson-core-");

  @TempDir Path directory;

  private static List<Path> closure() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(
            path ->
                JARS.stream().anyMatch(path.getFileName().toString()::startsWith)
                    || path.toString().contains("sagitta-")
                    || path.endsWith(Path.of("target", "classes"))
                    || path.endsWith(Path.of("target", "test-classes")))
        .toList();
  }

  @Test
  void noJarHasANativeLibrary() throws IOException {
    List<Path> jars = closure().stream().filter(p -> p.toString().endsWith(".jar")).toList();
    assertThat(jars.stream().map(p -> p.getFileName().toString()))
        .anyMatch(name -> name.startsWith("hppc-"))
        .anyMatch(name -> name.startsWith("commons-pool2-"))
        .anyMatch(name -> name.startsWith("jackson-core-"));
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        assertThat(file.stream().map(entry -> entry.getName()))
            .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"));
      }
    }
  }

  @Test
  void theDefaultStoreWorksInAJvmWithoutAnyFlag() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(String.join(File.pathSeparator, closure().stream().map(Path::toString).toList()));
    command.add(UseDefaultStore.class.getName());
    command.add(directory.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(out)).isZero();
    assertThat(Files.readString(out)).contains("found 3 of 3").doesNotContain("WARNING");
  }

  /** Opens the default store, uses it, and looks which native libraries its process has. */
  public static final class UseDefaultStore {
    private UseDefaultStore() {}

    /** Argument: a directory. */
    public static void main(String[] args) throws IOException {
      VectorStorageConfig config = VectorStorageConfig.createDefault(Path.of(args[0]), 8);
      try (VectorStorage storage = VectorStorage.open(config)) {
        for (int i = 0; i < 3; i++) {
          storage.addEmbedding(Embeddings.vector(8, i), Embeddings.metadata(i));
        }
        storage.save();
        System.out.println(
            "found " + storage.searchSimilar(Embeddings.vector(8, 1), 9, -1.0).size() + " of 3");
      }
      Path maps = Path.of("/proc/self/maps");
      if (Files.exists(maps)) {
        String home = System.getProperty("java.home");
        for (String line : Files.readAllLines(maps)) {
          String file = line.substring(line.lastIndexOf(' ') + 1);
          if (file.endsWith(".so") && !file.startsWith(home) && !file.matches("/(usr/)?lib.*")) {
            throw new IllegalStateException("a native library is loaded: " + file);
          }
        }
      }
    }
  }
}
