package io.sagitta.core.io;

import io.sagitta.core.memory.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Opens a data file that an index file names. The name is not to be trusted: unless the caller
 * allows more, its directory part is ignored, and only a regular file (no symbolic link) in the
 * index's own directory is opened, read-only.
 */
final class DataFiles {
  private DataFiles() {}

  static StoredBytes open(IndexInput in, String name) throws IOException {
    Path named;
    try {
      named = Path.of(name);
    } catch (InvalidPathException e) {
      throw in.bad("the data file's name is no path");
    }
    Path last = named.getFileName();
    if (last == null || last.toString().isEmpty() || last.toString().equals("..")) {
      throw in.bad("the data file's name \"" + name + "\" names no file");
    }
    boolean anywhere = in.options().dataFilesAnywhere();
    for (Path part : named) {
      if (part.toString().equals("..") && !anywhere) {
        throw in.bad("the data file's name \"" + name + "\" leads out of its directory");
      }
    }
    Path found = beside(in.file(), last, anywhere);
    if (found == null && anywhere && Files.isRegularFile(named)) {
      found = named;
    }
    if (found == null) {
      throw in.bad(
          "the data file \""
              + last
              + "\" is not a regular file in the index's directory"
              + (anywhere ? ", nor is \"" + name + "\" one" : ""));
    }
    MappedFile whole = MappedFile.open(found);
    in.addDataFile(whole);
    return new StoredBytes(whole.segment(), true, whole::close);
  }

  private static @Nullable Path beside(@Nullable Path index, Path last, boolean followLinks) {
    if (index == null) {
      return null;
    }
    Path candidate = index.toAbsolutePath().resolveSibling(last);
    boolean there =
        followLinks
            ? Files.isRegularFile(candidate)
            : Files.isRegularFile(candidate, LinkOption.NOFOLLOW_LINKS);
    return there ? candidate : null;
  }
}
