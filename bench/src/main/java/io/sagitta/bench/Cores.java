package io.sagitta.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The cores that this process may run on, and processes put on one of them ({@code taskset}). A
 * system leaves an idle process's thread on the core where it was, and cores of a virtual machine
 * differ by a tenth and more with what their neighbours do: without this, one library may have the
 * better core for a whole run. Where there is no {@code taskset}, or one core, nothing is done.
 */
final class Cores {
  private static final String ALLOWED = "Cpus_allowed_list:";

  private final String all;
  private final List<Integer> numbers;

  private Cores(String all, List<Integer> numbers) {
    this.all = all;
    this.numbers = numbers;
  }

  /** Those of this process. */
  static Cores allowed() {
    if (put(ProcessHandle.current().pid(), List.of("-p"))) {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (line.startsWith(ALLOWED)) {
            String list = line.substring(ALLOWED.length()).strip();
            return new Cores(list, parse(list));
          }
        }
      } catch (IOException e) {
        return new Cores("", List.of());
      }
    }
    return new Cores("", List.of());
  }

  /** Numbers of a list such as {@code 0-3,8}. */
  static List<Integer> parse(String list) {
    List<Integer> out = new ArrayList<>();
    for (String part : list.split(",")) {
      int dash = part.indexOf('-');
      int from = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int to = dash < 0 ? from : Integer.parseInt(part.substring(dash + 1));
      for (int i = from; i <= to; i++) {
        out.add(i);
      }
    }
    return out;
  }

  /** Whether processes can be put on one core or another. */
  boolean several() {
    return numbers.size() > 1;
  }

  /** Puts all threads of a process on one core, the same for equal turns. */
  void pin(long pid, int turn) {
    int core = numbers.get(turn % numbers.size());
    put(pid, List.of("-a", "-c", "-p", String.valueOf(core)));
  }

  /** Gives a process all cores again. */
  void free(long pid) {
    put(pid, List.of("-a", "-c", "-p", all));
  }

  private static boolean put(long pid, List<String> how) {
    List<String> command = new ArrayList<>(List.of("taskset"));
    command.addAll(how);
    command.add(String.valueOf(pid));
    try {
      Process p =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return p.waitFor(10, TimeUnit.SECONDS) && p.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
