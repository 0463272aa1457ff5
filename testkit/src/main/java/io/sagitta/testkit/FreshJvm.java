package io.sagitta.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM with the flags, class path and {@code sagitta.simd} properties of this one that runs one
 * main method and nothing else: what the compiler does there does not depend on the tests that ran
 * before.
 */
public final class FreshJvm {
  private FreshJvm() {}

  /**
   * The number behind {@code prefix} in the first line of the main method's output that begins so.
   *
   * @throws IllegalStateException if there is no such line
   */
  public static long number(Class<?> main, String prefix, List<String> arguments)
      throws IOException, InterruptedException {
    return number(main, prefix, List.of(), arguments);
  }

  /** As {@link #number(Class, String, List)}, with more flags for the JVM. */
  public static long number(
      Class<?> main, String prefix, List<String> flags, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("sagitta.simd")) {
        command.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line =
          out.lines()
              .filter(l -> l.startsWith(prefix))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalStateException(main.getName() + " printed no " + prefix));
      return Long.parseLong(line.substring(prefix.length()).strip());
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
