package io.sagitta.cli;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.io.ReadOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opening index files, and naming what is in them. */
final class IndexFiles {
  private IndexFiles() {}

  static Index read(Path file, boolean map) throws IOException {
    requireFile(file);
    return IndexIO.read(file, map ? ReadOptions.MAP : ReadOptions.LOAD);
  }

  static void requireFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is not a regular file");
    }
  }

  /** Class name and, where there is one, the factory string. */
  static String describe(Index index) {
    String type = index.getClass().getSimpleName();
    String description = factory(index);
    return description.isEmpty() ? type : type + " (" + description + ")";
  }

  /** The factory string, or an empty text where there is none. */
  static String factory(Index index) {
    try {
      return index instanceof AbstractIndex ? IndexFactory.describe(index) : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
