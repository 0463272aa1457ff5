package io.sagitta.storage.engine;

import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.fs.StorageFile;
import io.sagitta.storage.fs.StorageFileSystem;
import io.sagitta.storage.metadata.MetadataView;
import io.sagitta.storage.metadata.StoredRecord;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Ids and metadata in a snapshot: blocks of records in ascending order of keys.
 *
 * <pre>
 * file  := magic "SAGITREC" block* end
 * block := length:u32 crc32c:u32 record*        length counts the records' bytes, never 0
 * record:= key:i64 idLength:u16 documentLength:i32 id document
 * end   := 0:u32 crc32c:u32 records:i64         the checksum is of the count
 * </pre>
 */
final class RecordFile {
  private static final long MAGIC = 0x4345525449474153L; // "SAGITREC"
  private static final int BLOCK = 1 << 20;
  private static final int RECORD_HEADER = 14;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RecordFile() {}

  /** Receives the records of a file. */
  interface Visitor {
    void record(StoredRecord record);
  }

  /** Writes every record of a view, durably but for the file's name; returns how many. */
  static long write(StorageFileSystem fs, Path path, MetadataView view) throws IOException {
    try (StorageFile file = fs.create(path)) {
      Writer writer = new Writer(file);
      view.forEach(writer::add);
      writer.finish();
      file.sync();
      return writer.count;
    }
  }

  private static final class Writer {
    private final StorageFile file;
    private final CRC32C crc = new CRC32C();
    private ByteBuffer buffer = allocate(BLOCK);
    private long at = 8;
    private long count;

    Writer(StorageFile file) throws IOException {
      this.file = file;
      file.write(allocate(8).putLong(MAGIC).flip(), 0);
      buffer.position(8);
    }

    private static ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    void add(StoredRecord record) throws IOException {
      byte[] id = record.id().getBytes(StandardCharsets.UTF_8);
      int size = RECORD_HEADER + id.length + record.document().length;
      if (buffer.remaining() < size) {
        flush();
        if (buffer.remaining() < size) {
          buffer = allocate(8 + size).position(8);
        }
      }
      buffer.putLong(record.key()).putShort((short) id.length).putInt(record.document().length);
      buffer.put(id).put(record.document());
      count++;
    }

    private void flush() throws IOException {
      int length = buffer.position() - 8;
      if (length > 0) {
        crc.reset();
        crc.update(buffer.array(), 8, length);
        buffer.putInt(0, length).putInt(4, (int) crc.getValue());
        file.write(buffer.flip(), at);
        at += 8 + length;
        buffer.clear().position(8);
      }
    }

    void finish() throws IOException {
      flush();
      ByteBuffer end = allocate(16).putLong(8, count);
      crc.reset();
      crc.update(end.array(), 8, 8);
      file.write(end.putInt(4, (int) crc.getValue()), at);
    }
  }

  /**
   * Reads every record.
   *
   * @return how many
   * @throws StorageCorruptionError if the file is damaged; records before the damage have been
   *     handed on
   */
  static long read(StorageFileSystem fs, Path path, Visitor visitor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = fs.map(path, arena);
      if (s.byteSize() < 24 || s.get(I64, 0) != MAGIC) {
        throw new StorageCorruptionError(path, 0, "it does not begin as a file of records");
      }
      CRC32C crc = new CRC32C();
      long count = 0;
      long previous = -1;
      long at = 8;
      while (true) {
        int length = blockLength(path, s, at, crc);
        if (length == 0) {
          if (s.get(I64, at + 8) != count || at + 16 != s.byteSize()) {
            throw new StorageCorruptionError(
                path, at, count + " records were found, the end says " + s.get(I64, at + 8));
          }
          return count;
        }
        long p = at + 8;
        long end = p + length;
        while (p < end) {
          StoredRecord record = record(path, s, p, end);
          if (record.key() <= previous) {
            throw new StorageCorruptionError(path, p, "keys do not ascend");
          }
          previous = record.key();
          visitor.record(record);
          count++;
          p += RECORD_HEADER + (s.get(U16, p + 8) & 0xFFFF) + record.document().length;
        }
        at = end;
      }
    }
  }

  private static int blockLength(Path path, MemorySegment s, long at, CRC32C crc) {
    if (s.byteSize() - at < 16) {
      throw new StorageCorruptionError(path, at, "the file ends before its last block");
    }
    int length = s.get(I32, at);
    int summed = length == 0 ? 8 : length;
    if (length < 0 || summed > s.byteSize() - at - 8) {
      throw new StorageCorruptionError(path, at, "a block of " + length + " bytes does not fit");
    }
    crc.reset();
    crc.update(s.asSlice(at + 8, summed).asByteBuffer());
    if ((int) crc.getValue() != s.get(I32, at + 4)) {
      throw new StorageCorruptionError(path, at, "the checksum of a block does not hold");
    }
    return length;
  }

  private static StoredRecord record(Path path, MemorySegment s, long p, long end) {
    if (end - p < RECORD_HEADER) {
      throw new StorageCorruptionError(path, p, "a record is cut");
    }
    int idLength = s.get(U16, p + 8) & 0xFFFF;
    int length = s.get(I32, p + 10);
    long at = p + RECORD_HEADER;
    if (length < 0
        || idLength + (long) length > end - at
        || !DocumentReader.check(s, at + idLength, length)) {
      throw new StorageCorruptionError(path, p, "a record makes no sense");
    }
    byte[] id = new byte[idLength];
    byte[] document = new byte[length];
    MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at, id, 0, idLength);
    MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at + idLength, document, 0, length);
    return new StoredRecord(s.get(I64, p), new String(id, StandardCharsets.UTF_8), document);
  }
}
