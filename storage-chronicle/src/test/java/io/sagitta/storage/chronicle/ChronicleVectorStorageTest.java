package io.sagitta.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.storage.CrashHarness;
import io.sagitta.storage.VectorStorageConfig;
import io.sagitta.storage.VectorStorageContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChronicleVectorStorageTest extends VectorStorageContract {
  @Override
  protected String metadataStore() {
    return "chronicle";
  }

  private static List<String> flags() {
    List<String> flags = new ArrayList<>(RequiredFlags.all());
    flags.add("--enable-native-access=ALL-UNNAMED");
    flags.add("--sun-misc-unsafe-memory-access=allow");
    return flags;
  }

  @Test
  void killsLoseNothing() throws Exception {
    new CrashHarness(directory.resolve("crash"), "flat", "chronicle", flags(), 7).run(3);
  }

  @Test
  @Tag("long")
  void manyKillsLoseNothing() throws Exception {
    new CrashHarness(directory.resolve("crash"), "flat", "chronicle", flags(), 8).run(40);
  }

  @Test
  void missingFlagsAreListed() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OpenWithoutFlags.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(out))
        .contains("StorageOperationError")
        .contains("--add-opens=java.base/java.lang.reflect=ALL-UNNAMED")
        .contains("--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED")
        .doesNotContain("--add-opens=java.base/java.lang=ALL-UNNAMED");
  }

  @Test
  void noTelemetryIsOnTheClassPath() {
    assertThat(System.getProperty("java.class.path")).doesNotContain("chronicle-analytics");
    assertThat(
            Files.exists(
                Path.of(System.getProperty("user.home"), ".chronicle.analytics.client.id")))
        .isFalse();
  }

  /** Opens a store in memory in a process without the flags. */
  public static final class OpenWithoutFlags {
    private OpenWithoutFlags() {}

    /** No arguments. */
    public static void main(String[] args) {
      io.sagitta.storage.VectorStorage.open(
              VectorStorageConfig.builder(4).metadataStore("chronicle").build())
          .close();
    }
  }
}
