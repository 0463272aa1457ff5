package io.sagitta.storage.log;

import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one segment of the log holds, found by looking at every byte of it.
 *
 * @param file the segment
 * @param firstLsn the LSN its first record has
 * @param nextLsn the LSN after its last complete transaction
 * @param committedEnd bytes up to the end of its last complete transaction, 0 if not even the
 *     header is whole
 * @param size bytes of the file
 * @param damage why what lies at {@code committedEnd} or behind cannot be a torn tail, or null
 * @param damageOffset where that is
 */
public record SegmentScan(
    Path file,
    long firstLsn,
    long nextLsn,
    long committedEnd,
    long size,
    @Nullable String damage,
    long damageOffset) {

  /** Bytes at the end that belong to no complete transaction. */
  public long tornBytes() {
    return size - committedEnd;
  }

  /**
   * Scans a segment. A bad record with a sound one of a later LSN behind it is damage; with nothing
   * sound behind it, it is a torn tail.
   */
  static SegmentScan of(StorageFileSystem fs, Path file, UUID store) throws IOException {
    long firstLsn = LogFormat.firstLsn(file);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = fs.map(file, arena);
      CRC32C crc = new CRC32C();
      String bad = LogFormat.checkSegmentHeader(data, store, firstLsn);
      if (bad != null) {
        boolean later = soundRecordAfter(data, 0, firstLsn, crc);
        boolean cut = !later && data.byteSize() <= LogFormat.SEGMENT_HEADER;
        return new SegmentScan(file, firstLsn, firstLsn, 0, data.byteSize(), cut ? null : bad, 0);
      }
      long at = LogFormat.SEGMENT_HEADER;
      long lsn = firstLsn;
      long committedEnd = at;
      long committedLsn = lsn;
      while (at < data.byteSize()) {
        if (!LogFormat.isRecord(data, at, crc) || LogFormat.lsn(data, at) != lsn) {
          break;
        }
        lsn++;
        boolean commit = LogFormat.isCommit(data, at);
        at += LogFormat.recordSize(LogFormat.length(data, at));
        if (commit) {
          committedEnd = Math.min(at, data.byteSize());
          committedLsn = lsn;
        }
      }
      String damage = null;
      if (at < data.byteSize() && soundRecordAfter(data, at, lsn, crc)) {
        damage = "record " + lsn + " does not match its checksum, and sound records follow it";
      }
      return new SegmentScan(
          file, firstLsn, committedLsn, committedEnd, data.byteSize(), damage, at);
    }
  }

  private static boolean soundRecordAfter(MemorySegment data, long at, long lsn, CRC32C crc) {
    for (long q = (at + 8) & ~7L; q < data.byteSize() - LogFormat.RECORD_HEADER + 1; q += 8) {
      if (LogFormat.isRecord(data, q, crc) && LogFormat.lsn(data, q) >= lsn) {
        return true;
      }
    }
    return false;
  }

  /** Hands the records of the complete transactions from an LSN on to a visitor. */
  void visit(StorageFileSystem fs, long fromLsn, LogVisitor visitor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = fs.map(file, arena);
      long at = LogFormat.SEGMENT_HEADER;
      while (at < committedEnd) {
        int length = LogFormat.length(data, at);
        if (LogFormat.lsn(data, at) >= fromLsn) {
          visitor.record(
              LogFormat.lsn(data, at),
              LogFormat.type(data, at),
              data.asSlice(at + LogFormat.RECORD_HEADER, length),
              new LogPosition(file, at));
        }
        at += LogFormat.recordSize(length);
      }
    }
  }
}
