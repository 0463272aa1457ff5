package io.sagitta.bench.library;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process, as the operating system and the heap see it. */
public final class Memory {
  private Memory() {}

  /** Bytes of live objects on the Java heap, after a full collection. */
  public static long heap() {
    long last = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      if (used >= last) {
        break;
      }
      last = used;
    }
    return last;
  }

  /** Resident bytes of a process, 0 where the system does not say. */
  public static long resident(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
    return 0;
  }

  /** Bytes that all threads of this JVM have allocated on its heap since it began. */
  public static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }

  /** Resident bytes of this process. */
  public static long resident() {
    return resident(ProcessHandle.current().pid());
  }
}
