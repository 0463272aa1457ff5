package io.sagitta.storage.engine;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How much memory the machine has. */
final class Memory {
  private Memory() {}

  /** Bytes that an index may take: six tenths of the machine's memory. */
  static long budget() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os) {
      return os.getTotalMemorySize() / 10 * 6;
    }
    return Runtime.getRuntime().maxMemory() * 2;
  }
}
