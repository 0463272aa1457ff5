package io.sagitta.storage.log;

import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the log of a store holds: its segments in order, where it ends, and what is wrong with it.
 *
 * @param segments the segments, by first LSN
 * @param nextLsn the LSN the next record will have
 * @param damage the first thing that is wrong beyond a torn tail of the last segment, or null
 */
public record LogScan(
    List<SegmentScan> segments, long nextLsn, @Nullable StorageCorruptionError damage) {

  /**
   * Looks at every segment in a directory.
   *
   * @param fromLsn the LSN of the snapshot: records before it are not needed
   */
  public static LogScan of(StorageFileSystem fs, Path directory, UUID store, long fromLsn)
      throws IOException {
    List<SegmentScan> segments = new ArrayList<>();
    StorageCorruptionError damage = null;
    // Segments that a snapshot made needless may still be there, when the process was killed before
    // it had removed them: they follow each other, not the snapshot.
    long next = fromLsn;
    List<Path> files = segmentFiles(fs, directory);
    for (int i = 0; i < files.size(); i++) {
      SegmentScan scan = SegmentScan.of(fs, files.get(i), store);
      boolean last = i == files.size() - 1;
      segments.add(scan);
      if (damage == null) {
        damage = problem(scan, next, fromLsn, i == 0, last);
      }
      next = scan.nextLsn();
    }
    return new LogScan(List.copyOf(segments), Math.max(fromLsn, next), damage);
  }

  private static @Nullable StorageCorruptionError problem(
      SegmentScan scan, long expected, long fromLsn, boolean first, boolean last) {
    String reason = scan.damage();
    if (reason != null) {
      return new StorageCorruptionError(scan.file(), scan.damageOffset(), reason);
    }
    // What is missing before the snapshot is not needed.
    boolean needless = scan.firstLsn() <= fromLsn && (first || scan.firstLsn() > expected);
    if (scan.firstLsn() != expected && !needless) {
      return new StorageCorruptionError(
          scan.file(),
          0,
          "the segment begins with LSN "
              + scan.firstLsn()
              + ", but LSN "
              + expected
              + " comes next: a segment before it is missing");
    }
    if (!last && scan.tornBytes() > 0) {
      return new StorageCorruptionError(
          scan.file(),
          scan.committedEnd(),
          "the segment ends with "
              + scan.tornBytes()
              + " bytes that are no complete transaction, but another segment follows");
    }
    return null;
  }

  /** The log segments in a directory, by first LSN. */
  public static List<Path> segmentFiles(StorageFileSystem fs, Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path file : fs.list(directory)) {
      if (LogFormat.firstLsn(file) >= 0) {
        files.add(file);
      }
    }
    return files;
  }

  /** Bytes at the end of the last segment that belong to no complete transaction. */
  public long tornBytes() {
    return segments.isEmpty() ? 0 : segments.getLast().tornBytes();
  }

  /** Bytes of all segments. */
  public long bytes() {
    return segments.stream().mapToLong(SegmentScan::size).sum();
  }

  /** Hands every record of the complete transactions from an LSN on to a visitor, in order. */
  public void replay(StorageFileSystem fs, long fromLsn, LogVisitor visitor) throws IOException {
    for (SegmentScan segment : segments) {
      if (segment.nextLsn() > fromLsn) {
        segment.visit(fs, fromLsn, visitor);
      }
    }
  }
}
