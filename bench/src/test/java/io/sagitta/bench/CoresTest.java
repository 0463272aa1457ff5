package io.sagitta.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CoresTest {
  private static String allowed(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(l -> l.startsWith("Cpus_allowed_list:"))
        .map(l -> l.replaceAll("^\\S+\\s+", ""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void listsOfCoresAreRead() {
    assertThat(Cores.parse("0")).containsExactly(0);
    assertThat(Cores.parse("0-2,5,8-9")).containsExactly(0, 1, 2, 5, 8, 9);
  }

  @Test
  void aProcessIsPutOnOneCoreAfterAnotherAndFreed() throws IOException {
    Cores cores = Cores.allowed();
    Assumptions.assumeTrue(cores.several(), "one core, or no taskset");
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      String before = allowed(process.pid());
      cores.pin(process.pid(), 0);
      String first = allowed(process.pid());
      cores.pin(process.pid(), 1);
      String second = allowed(process.pid());
      assertThat(Cores.parse(first)).hasSize(1);
      assertThat(Cores.parse(second)).hasSize(1).isNotEqualTo(Cores.parse(first));
      cores.free(process.pid());
      assertThat(allowed(process.pid())).isEqualTo(before);
    } finally {
      process.destroy();
    }
  }
}
