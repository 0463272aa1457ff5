package io.sagitta.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/** What the figures were measured on. */
public final class Machine {
  /** Folders of absolute paths: figures are published, the layout of somebody's disk is not. */
  private static final Pattern FOLDERS = Pattern.compile("(?<=[=:,])/(?:[^/\\s:,]+/)*");

  private Machine() {}

  /** Processor, cores, memory, system, JDK and its flags. */
  public static ObjectNode describe() {
    ObjectNode out = JsonLines.line("machine");
    out.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    out.put("cpu", value("/proc/cpuinfo", "model name"));
    out.put("cores", Runtime.getRuntime().availableProcessors());
    out.put("memory", value("/proc/meminfo", "MemTotal"));
    out.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    out.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
    List<String> flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(f -> !f.startsWith("-Dsagitta") && !f.startsWith("-Djava.class.path"))
            .map(Machine::withoutFolders)
            .toList();
    out.put("flags", String.join(" ", flags));
    String simd = value("/proc/cpuinfo", "flags");
    out.put("avx512", simd.contains("avx512f"));
    out.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    return out;
  }

  static String withoutFolders(String flag) {
    return FOLDERS.matcher(flag).replaceAll("");
  }

  private static String value(String file, String key) {
    try {
      for (String line : Files.readAllLines(Path.of(file))) {
        if (line.startsWith(key)) {
          return line.substring(line.indexOf(':') + 1).strip();
        }
      }
    } catch (IOException e) {
      return "unknown";
    }
    return "unknown";
  }
}
