package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.io.AtomicFile;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An inverted file whose lists lie in a data file beside the index file (FAISS {@code
 * OnDiskInvertedLists}), open for adding, removing and updating: for indexes larger than memory
 * that grow. Rows are written through a mapping of the data file, which grows by a quarter at a
 * time; memory is the operating system's page cache.
 *
 * <p><b>What a crash leaves.</b> The index file and everything it names in the data file stay as
 * they were at the last {@link #commit}, which forces the rows to disk and then replaces the index
 * file by renaming. Whatever was added or removed since is gone after a crash or a {@link #close}
 * without commit; nothing else is. A failure while adding (a full disk) leaves the index as before
 * the call.
 *
 * <p><b>Threads.</b> {@link #index()} as every {@link IndexIVF}; {@link #commit} is a writer. The
 * data file is locked: one process writes it. Other processes may have the index file open for
 * reading, but after the second commit since they opened it, what they read may be overwritten:
 * they open it anew.
 *
 * <p>The files are FAISS's ({@code ilod}); those that FAISS wrote can be opened. {@link
 * IndexIO#write} of {@link #index()} writes a file of its own that holds the lists. Classes that
 * keep codes in blocks (fast-scan, Panorama, RaBitQ fast-scan) have no such files.
 */
public final class IvfOnDisk implements AutoCloseable {
  private final Path file;
  private final IndexIVF index;

  private IvfOnDisk(Path file, IndexIVF index) {
    this.file = file;
    this.index = index;
  }

  /**
   * Writes an index, filled or empty, as an index file and a data file, and opens them. The given
   * index stays as it is.
   *
   * @param data in the directory of {@code file}; both are replaced
   * @throws IllegalArgumentException if the data file lies elsewhere
   */
  public static IvfOnDisk create(IndexIVF index, Path file, Path data) throws IOException {
    IvfShards.writeOnDisk(index, file, data);
    return open(file);
  }

  /**
   * Opens an index file whose lists are in a data file in its own directory.
   *
   * @throws IllegalArgumentException if its lists are not in a data file, or overlap there
   * @throws IOException if one of the files cannot be read, is damaged, or is being written by
   *     another
   */
  public static IvfOnDisk open(Path file) throws IOException {
    Index read = IndexIO.read(file);
    boolean done = false;
    try {
      if (!(read instanceof IndexIVF index)
          || !(index.currentState().store instanceof DataFileStore lists)) {
        throw new IllegalArgumentException(
            file + " holds no inverted lists in a data file, but " + read.getClass().getName());
      }
      Path data = file.toAbsolutePath().resolveSibling(lists.fileName());
      makeWritable(index, lists, GrowingFile.open(data));
      done = true;
      return new IvfOnDisk(file, index);
    } finally {
      if (!done) {
        read.close();
      }
    }
  }

  private static void makeWritable(IndexIVF index, DataFileStore lists, GrowingFile data)
      throws IOException {
    boolean done = false;
    try {
      index.writing(
          () -> {
            IvfState s = index.currentState();
            DiskListStore.Opened opened =
                DiskListStore.open(data, lists.extents(), s.codec.codeSize());
            index.publishWritable(s, opened.table(), opened.store());
            return null;
          });
      done = true;
    } finally {
      if (!done) {
        data.close();
      }
    }
  }

  /** The index; closed with this. */
  public IndexIVF index() {
    return index;
  }

  /**
   * Makes everything done so far outlast a crash: forces the rows to disk, then replaces the index
   * file. Adding and removing wait meanwhile, searches do not.
   *
   * @throws IOException if that fails; the files are then as after the last commit
   */
  public void commit() throws IOException {
    IOException[] failed = {null};
    index.writing(
        () -> {
          IvfState s = index.currentState();
          DiskListStore store = (DiskListStore) java.util.Objects.requireNonNull(s.store);
          try {
            store.force();
            write(s, store);
            store.committed(s.lists);
          } catch (IOException e) {
            failed[0] = e;
          }
          return null;
        });
    if (failed[0] != null) {
      throw failed[0];
    }
  }

  private void write(IvfState s, DiskListStore store) throws IOException {
    IvfState described =
        s.withStore(s.lists, s.ntotal, store.describe(s.lists), java.util.List.of(), s.extra);
    try (IndexIVF view = index.viewOf(described);
        AtomicFile out = AtomicFile.create(file)) {
      IndexIO.write(view, out.stream());
      out.commit();
    }
  }

  /** Closes the index; what was not committed is gone. */
  @Override
  public void close() {
    index.close();
  }
}
