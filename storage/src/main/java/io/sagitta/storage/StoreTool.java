package io.sagitta.storage;

import io.sagitta.storage.engine.StoreInspector;
import io.sagitta.storage.fs.DiskFileSystem;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a store's directory from outside, and mends what can be mended. No store may be open for
 * writing there.
 */
public final class StoreTool {
  private StoreTool() {}

  /**
   * What a directory holds.
   *
   * @param facts names and values, in the order to show them: strings and whole numbers
   * @param problems what is wrong, each naming file and offset; empty for a sound store
   * @param notes what is worth knowing and no damage, such as a torn tail that opening will cut
   */
  public record Report(
      Map<String, @Nullable Object> facts, List<String> problems, List<String> notes) {
    /** Copies the collections. */
    public Report {
      facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
      problems = List.copyOf(problems);
      notes = List.copyOf(notes);
    }

    /** Whether nothing is wrong. */
    public boolean isSound() {
      return problems.isEmpty();
    }
  }

  /**
   * What a store is and holds, from its headers; changes nothing and reads little.
   *
   * @throws StorageOperationError if there is no store, or another process writes in it
   */
  public static Report info(Path directory) {
    return new StoreInspector(DiskFileSystem.INSTANCE, directory).info();
  }

  /**
   * Reads every byte of a store, checks every checksum and every reference, and changes nothing.
   *
   * @throws StorageOperationError if there is no store, or another process writes in it
   */
  public static Report verify(Path directory) {
    return new StoreInspector(DiskFileSystem.INSTANCE, directory).verify();
  }

  /**
   * Makes a damaged store openable again. A torn tail is cut. A damaged log is cut before its first
   * damaged record, and a damaged snapshot is taken away if the log reaches back to the beginning;
   * what is taken out goes to the directory {@code lost} in the store. What cannot be mended
   * without guessing stays in {@link Report#problems}.
   *
   * @return what the store holds afterwards; the notes say what was done and what was lost
   * @throws StorageOperationError if there is no store, or another process writes in it
   */
  public static Report repair(Path directory) {
    return new StoreInspector(DiskFileSystem.INSTANCE, directory).repair();
  }
}
