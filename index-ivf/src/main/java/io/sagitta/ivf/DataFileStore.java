package io.sagitta.ivf;

import io.sagitta.core.io.StoredBytes;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lists in a data file beside the index file (FAISS {@code OnDiskInvertedLists}), mapped and
 * read-only. Remembers what the index file said, so that it is written back as it was.
 */
final class DataFileStore extends ListStore {
  private final String name;
  private final long[] extents;
  private final long[] slots;
  private final long total;
  private final @Nullable StoredBytes data;

  /**
   * @param extents size, capacity and offset of each list
   * @param slots offset and capacity of each free stretch
   * @param total size of the data file as stated
   * @param data the mapped file, or null for a description that is only written
   */
  DataFileStore(String name, long[] extents, long[] slots, long total, @Nullable StoredBytes data) {
    super(0, 0);
    this.name = name;
    this.extents = extents;
    this.slots = slots;
    this.total = total;
    this.data = data;
    adoptHeld(data == null ? 0 : data.segment().byteSize());
  }

  String name() {
    return name;
  }

  /** The last part of {@link #name()}: the file beside the index file. */
  Path fileName() {
    return java.util.Objects.requireNonNull(Path.of(name).getFileName());
  }

  long[] extents() {
    return extents;
  }

  long[] slots() {
    return slots;
  }

  long total() {
    return total;
  }

  @Override
  boolean readOnly() {
    return true;
  }

  @Override
  MemorySegment newSlab(long bytes) {
    throw new UnsupportedOperationException("lists in a data file are read-only");
  }

  @Override
  void freeSlabs() {
    if (data != null) {
      data.release();
    }
  }

  @Override
  ListStore emptied() {
    return new MemoryListStore();
  }

  @Override
  boolean contiguous() {
    return true;
  }
}
