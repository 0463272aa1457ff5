package io.sagitta.core.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all: bytes go to a hidden temporary file beside the target;
 * {@link #commit} forces them to disk and renames it over the target. Closing without a commit, and
 * the end of the JVM, remove the temporary file and leave the target as it was.
 *
 * <p>For one thread.
 */
public final class AtomicFile implements AutoCloseable {
  private static final int MAX_LINKS = 40;

  private final Path target;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private AtomicFile(Path target, Path temporary, FileChannel channel) {
    this.target = target;
    this.temporary = temporary;
    this.channel = channel;
  }

  /**
   * Starts writing; the target is not touched. A symbolic link is followed, so that what it points
   * to is replaced and the link stays.
   *
   * @throws IOException if the target's folder is missing or not writable
   */
  public static AtomicFile create(Path target) throws IOException {
    Path absolute = followed(target.toAbsolutePath());
    Path folder = absolute.getParent();
    if (folder == null || Files.isDirectory(absolute)) {
      throw new IOException(target + " is a directory");
    }
    Path temporary = TemporaryFiles.beside(absolute, ".tmp");
    try {
      return new AtomicFile(
          absolute,
          temporary,
          FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (Throwable t) {
      TemporaryFiles.remove(temporary);
      throw t;
    }
  }

  private static Path followed(Path path) throws IOException {
    Path p = path;
    for (int i = 0; Files.isSymbolicLink(p); i++) {
      if (i == MAX_LINKS) {
        throw new IOException(path + " leads through more than " + MAX_LINKS + " symbolic links");
      }
      p = p.resolveSibling(Files.readSymbolicLink(p)).toAbsolutePath().normalize();
    }
    return p;
  }

  /** The temporary file's channel, at the place where writing goes on. */
  public FileChannel channel() {
    return channel;
  }

  /** The channel as a stream; closing it closes the channel, so leave it open until the commit. */
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /**
   * Forces the bytes to disk and puts the file in the target's place.
   *
   * @throws IOException if that fails; the target is then as it was
   */
  public void commit() throws IOException {
    channel.force(true);
    channel.close();
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    committed = true;
    TemporaryFiles.renamed(temporary);
  }

  /** Without a commit before it, drops what was written. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      TemporaryFiles.remove(temporary);
    }
  }
}
