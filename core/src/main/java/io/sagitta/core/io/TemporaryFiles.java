package io.sagitta.core.io;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hidden files beside a file that is being made, which do not outlive the JVM: what is not yet
 * removed or renamed when it ends (Ctrl-C, say) is removed by one shutdown hook.
 *
 * <p>Other threads run on while the hook does; once it has begun nobody makes another such file, so
 * that none is left behind. Safe for all threads.
 */
public final class TemporaryFiles {
  private static final Set<Path> OPEN = new HashSet<>();
  private static boolean ending;

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(TemporaryFiles::removeAll, "sagitta-remove-temporary-files"));
  }

  private TemporaryFiles() {}

  /**
   * Makes an empty file in the target's folder, with a name that begins with a dot and the target's
   * name.
   *
   * @param target the file that is being made; need not exist
   * @param ending end of the name, such as {@code .tmp}
   * @throws IOException if the folder is missing or not writable, or the JVM is ending
   */
  public static Path beside(Path target, String ending) throws IOException {
    Path absolute = target.toAbsolutePath();
    while (true) {
      String tag = Long.toHexString(ThreadLocalRandom.current().nextLong() >>> 16);
      Path path = absolute.resolveSibling("." + absolute.getFileName() + "." + tag + ending);
      try {
        make(path);
        return path;
      } catch (FileAlreadyExistsException e) {
        // Another process drew the same name: draw again, and leave its file alone.
      }
    }
  }

  private static synchronized void make(Path path) throws IOException {
    if (ending) {
      throw new IOException(path + " was not made: the JVM is ending");
    }
    Files.createFile(path);
    OPEN.add(path);
  }

  /** Removes a file made here; nothing if it is gone. */
  public static synchronized void remove(Path path) throws IOException {
    Files.deleteIfExists(path);
    OPEN.remove(path);
  }

  /** Forgets a file made here, which has another name now. */
  static synchronized void renamed(Path path) {
    OPEN.remove(path);
  }

  private static synchronized void removeAll() {
    ending = true;
    for (Path p : OPEN) {
      try {
        Files.deleteIfExists(p);
      } catch (IOException e) {
        System.getLogger(TemporaryFiles.class.getName())
            .log(System.Logger.Level.WARNING, "could not remove " + p, e);
      }
    }
  }
}
