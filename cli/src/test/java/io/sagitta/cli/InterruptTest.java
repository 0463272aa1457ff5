package io.sagitta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C: SIGINT to {@code sagitta build} in a process of its own, while it writes files. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class InterruptTest {
  private static final int INTERRUPTED = 130;
  private static final byte[] OLD = "the old file".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void whileTheIndexIsWritten() throws Exception {
    interrupted(".tmp", 256L << 20, "--factory", "Flat", "--memory", "4096");
  }

  @Test
  void whileListsThatDoNotFitTheMemoryLieBeside() throws Exception {
    interrupted(".shard", 64L << 20, "--factory", "IVF4,Flat", "--memory", "4");
  }

  /** Builds over zeros until a temporary file appears, interrupts, and looks at what is left. */
  private void interrupted(String ending, long bytes, String... options) throws Exception {
    Path out = folder.resolve("out.index");
    Files.write(out, OLD);
    // A fast disk may have it all before the signal arrives: then once more with twice as much.
    int code = 0;
    for (int doubled = 0; doubled < 3 && code == 0; doubled++) {
      Path base = zeros(bytes << doubled);
      code = buildAndInterrupt(base, out, ending, options);
    }
    assertThat(code).isEqualTo(INTERRUPTED);
    assertThat(out).hasBinaryContent(OLD);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("base.npy", "out.index");
    }
  }

  private int buildAndInterrupt(Path base, Path out, String ending, String... options)
      throws Exception {
    List<String> command = new ArrayList<>(withDefaultInterrupt());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("build", "--base", base.toString(), "--out", out.toString()));
    command.addAll(List.of(options));
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process build =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      try {
        assertThat(appears(watch, ending)).as("a file that ends with " + ending).isTrue();
        Process kill = new ProcessBuilder("kill", "-INT", Long.toString(build.pid())).start();
        kill.waitFor();
        assertThat(build.waitFor(1, TimeUnit.MINUTES)).as("the build ends").isTrue();
        // All but the JVM's own line about incubator modules.
        assertThat(build.errorReader().lines().filter(l -> !l.startsWith("WARNING: Using incubat")))
            .isEmpty();
        return build.exitValue();
      } finally {
        build.destroyForcibly();
      }
    }
  }

  private static boolean appears(WatchService watch, String ending) throws InterruptedException {
    while (true) {
      WatchKey key = watch.poll(1, TimeUnit.MINUTES);
      if (key == null) {
        return false;
      }
      for (WatchEvent<?> event : key.pollEvents()) {
        String name = String.valueOf(event.context());
        if (name.startsWith(".out.index.") && name.endsWith(ending)) {
          return true;
        }
      }
      key.reset();
    }
  }

  /** A process started in the background of a shell ignores SIGINT, and so would its children. */
  private static List<String> withDefaultInterrupt() throws Exception {
    List<String> env = List.of("env", "--default-signal=INT");
    List<String> probe = new ArrayList<>(env);
    probe.add("true");
    Process p = new ProcessBuilder(probe).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return p.waitFor() == 0 ? env : List.of();
  }

  /** A sparse .npy file of n × 64 zeros. */
  private Path zeros(long bytes) throws IOException {
    Path file = folder.resolve("base.npy");
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + bytes / 256 + ", 64), }";
    byte[] text =
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile f = new RandomAccessFile(file.toFile(), "rw")) {
      f.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
      f.write(text);
      f.setLength(128 + bytes);
    }
    return file;
  }
}
