package io.sagitta.storage.chronicle;

import io.sagitta.storage.StorageOperationError;
import java.util.ArrayList;
import java.util.List;

/** The flags without which Chronicle Map does not run on JDK 25. */
public final class RequiredFlags {
  private RequiredFlags() {}

  /** One flag and how to see whether it is in force. */
  private record Flag(String module, String packageName, boolean open) {
    String text() {
      return (open ? "--add-opens=" : "--add-exports=")
          + module
          + "/"
          + packageName
          + "=ALL-UNNAMED";
    }

    boolean isInForce(Module to) {
      return ModuleLayer.boot()
          .findModule(module)
          .map(m -> open ? m.isOpen(packageName, to) : m.isExported(packageName, to))
          .orElse(false);
    }
  }

  private static final List<Flag> FLAGS =
      List.of(
          new Flag("java.base", "java.lang", true),
          new Flag("java.base", "java.lang.reflect", true),
          new Flag("java.base", "sun.nio.ch", false),
          new Flag("java.base", "jdk.internal.ref", false),
          new Flag("jdk.compiler", "com.sun.tools.javac.file", false));

  /** All flags, as they are written on a command line. */
  public static List<String> all() {
    return FLAGS.stream().map(Flag::text).toList();
  }

  /** The flags that are not in force in this process. */
  public static List<String> missing() {
    Module here = RequiredFlags.class.getModule();
    List<String> missing = new ArrayList<>();
    for (Flag flag : FLAGS) {
      if (!flag.isInForce(here)) {
        missing.add(flag.text());
      }
    }
    return missing;
  }

  /**
   * Refuses to go on without them.
   *
   * @throws StorageOperationError listing the flags that are missing
   */
  static void require() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      throw new StorageOperationError(
          "the metadata store \"chronicle\" needs flags of the Java command that are missing: "
              + String.join(" ", missing)
              + (ModuleLayer.boot().findModule("jdk.compiler").isEmpty()
                  ? " (and a full JDK: it compiles classes at run time)"
                  : ""));
    }
  }
}
