package io.sagitta.storage.log;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a log file. All numbers are little-endian.
 *
 * <pre>
 * segment header, 64 bytes
 *   0  magic "SAGITWAL"      8  version u32 = 1     12  zero u32
 *  16  store id, 16 bytes   32  first LSN u64       40  zero, 20 bytes   60  CRC32C of bytes 0..59
 * record, 24 bytes and the payload, padded with zeros to a multiple of 8
 *   0  payload length u32    4  CRC32C of bytes 8..23 and the payload
 *   8  LSN u64              16  type u8   17 flags u8 (1 = last of its transaction)   18 zero u16
 *  20  complement of the payload length
 * </pre>
 *
 * <p>The complement makes a record recognisable anywhere in a file: that is how a torn tail
 * (nothing valid after it) is told from damage in the middle (something valid after it).
 */
public final class LogFormat {
  /** Bytes of a segment's header. */
  public static final int SEGMENT_HEADER = 64;

  /** Bytes of a record's header. */
  public static final int RECORD_HEADER = 24;

  /** Bytes of a payload at most: 64 MiB. */
  public static final int MAX_PAYLOAD = 64 << 20;

  /** The flag of the last record of a transaction. */
  static final int COMMIT = 1;

  private static final long MAGIC = 0x4C41575449474153L; // "SAGITWAL"
  private static final int VERSION = 1;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LogFormat() {}

  /** The name of the segment that begins with an LSN. */
  static String segmentName(long firstLsn) {
    return "log-" + String.format("%016x", firstLsn) + ".wal";
  }

  /** The first LSN that a file's name tells, or −1 if it is no log segment's name. */
  public static long firstLsn(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    if (!name.matches("log-[0-9a-f]{16}\\.wal")) {
      return -1;
    }
    return Long.parseUnsignedLong(name, 4, 20, 16);
  }

  /** A segment's header. */
  static ByteBuffer segmentHeader(UUID store, long firstLsn) {
    ByteBuffer b = ByteBuffer.allocate(SEGMENT_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(0, MAGIC).putInt(8, VERSION);
    b.putLong(16, store.getMostSignificantBits()).putLong(24, store.getLeastSignificantBits());
    b.putLong(32, firstLsn);
    CRC32C crc = new CRC32C();
    crc.update(b.array(), 0, 60);
    return b.putInt(60, (int) crc.getValue());
  }

  /** What is wrong with the segment header at the start of a file, or null. */
  static @Nullable String checkSegmentHeader(MemorySegment file, UUID store, long firstLsn) {
    if (file.byteSize() < SEGMENT_HEADER) {
      return "the file has " + file.byteSize() + " bytes, its header takes " + SEGMENT_HEADER;
    }
    CRC32C crc = new CRC32C();
    crc.update(file.asSlice(0, 60).asByteBuffer());
    if (file.get(I64, 0) != MAGIC || file.get(I32, 60) != (int) crc.getValue()) {
      return "the header of the log segment does not match its checksum";
    }
    if (file.get(I32, 8) != VERSION) {
      return "the log has version " + file.get(I32, 8) + ", expected " + VERSION;
    }
    if (file.get(I64, 16) != store.getMostSignificantBits()
        || file.get(I64, 24) != store.getLeastSignificantBits()) {
      return "the log segment belongs to another store";
    }
    if (file.get(I64, 32) != firstLsn) {
      return "the log segment begins with LSN " + file.get(I64, 32) + ", its name says " + firstLsn;
    }
    return null;
  }

  /** Fills in the header of a record whose payload of {@code length} bytes follows it. */
  static void putRecordHeader(
      ByteBuffer b, int at, int length, long lsn, int type, boolean commit, CRC32C crc) {
    b.putInt(at, length).putLong(at + 8, lsn).put(at + 16, (byte) type);
    b.put(at + 17, (byte) (commit ? COMMIT : 0)).putShort(at + 18, (short) 0);
    b.putInt(at + 20, ~length);
    crc.reset();
    crc.update(b.slice(at + 8, 16 + length));
    b.putInt(at + 4, (int) crc.getValue());
  }

  /** Bytes of a record on disk for a payload. */
  static long recordSize(long payload) {
    return (RECORD_HEADER + payload + 7) & ~7L;
  }

  /** Whether a whole and sound record lies at an offset, whatever its LSN. */
  static boolean isRecord(MemorySegment file, long at, CRC32C crc) {
    if (file.byteSize() - at < RECORD_HEADER) {
      return false;
    }
    int length = length(file, at);
    if (file.get(I32, at + 20) != ~length
        || length < 0
        || length > MAX_PAYLOAD
        || length > file.byteSize() - at - RECORD_HEADER) {
      return false;
    }
    crc.reset();
    crc.update(file.asSlice(at + 8, 16 + length).asByteBuffer());
    return file.get(I32, at + 4) == (int) crc.getValue();
  }

  static int length(MemorySegment file, long at) {
    return file.get(I32, at);
  }

  static long lsn(MemorySegment file, long at) {
    return file.get(I64, at + 8);
  }

  static int type(MemorySegment file, long at) {
    return file.get(ValueLayout.JAVA_BYTE, at + 16) & 0xFF;
  }

  static boolean isCommit(MemorySegment file, long at) {
    return (file.get(ValueLayout.JAVA_BYTE, at + 17) & COMMIT) != 0;
  }
}
