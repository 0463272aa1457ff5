package io.sagitta.storage.metadata;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory for records that are written once, read by anyone, and dropped in bulk.
 *
 * <p>A record is {@code idLength:u16 documentLength:u32 id document}. Its place is one number: the
 * chunk's number times 2^26 plus the offset, plus 1 (so that 0 is no place). Chunks are 4 MiB, or
 * as large as one large record.
 *
 * <p>Chunks are in automatic arenas: a chunk that is given up goes when the collector finds that no
 * reader holds it, so a reader needs no registration and never touches freed memory. One thread
 * writes; any number read.
 */
final class RecordArena {
  private static final int CHUNK_BYTES = 4 << 20;
  private static final int OFFSET_BITS = 26;
  private static final int HEADER = 6;
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort I16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Replaced when it grows; a slot is null before its chunk is made and after it is given up. */
  private volatile AtomicReferenceArray<@Nullable MemorySegment> chunks =
      new AtomicReferenceArray<>(16);

  private long[] liveBytes = new long[16];
  private int last = -1;
  private long used;
  private final AtomicLong allocated = new AtomicLong();
  private final AtomicLong live = new AtomicLong();

  /** Writes a record and gives its place. */
  long append(byte[] id, byte[] document) {
    int size = HEADER + id.length + document.length;
    MemorySegment chunk = last < 0 ? null : chunks.get(last);
    if (chunk == null || used + size > chunk.byteSize()) {
      chunk = newChunk(Math.max(CHUNK_BYTES, size));
    }
    long at = used;
    chunk.set(I16, at, (short) id.length);
    chunk.set(I32, at + 2, document.length);
    MemorySegment.copy(id, 0, chunk, ValueLayout.JAVA_BYTE, at + HEADER, id.length);
    MemorySegment.copy(
        document, 0, chunk, ValueLayout.JAVA_BYTE, at + HEADER + id.length, document.length);
    used += size;
    liveBytes[last] += size;
    live.addAndGet(size);
    return ((long) last << OFFSET_BITS) + at + 1;
  }

  private MemorySegment newChunk(int bytes) {
    int next = last + 1;
    if (next == chunks.length()) {
      chunks = copy(2 * next);
      liveBytes = Arrays.copyOf(liveBytes, 2 * next);
    }
    MemorySegment chunk = Arena.ofAuto().allocate(bytes, 8);
    chunks.setRelease(next, chunk);
    last = next;
    used = 0;
    allocated.addAndGet(bytes);
    return chunk;
  }

  /** Marks a record as needed no more. */
  void drop(long place) {
    int chunk = chunkOf(place);
    long size = size(place);
    liveBytes[chunk] -= size;
    live.addAndGet(-size);
    if (liveBytes[chunk] == 0 && chunk != last) {
      giveUp(chunk);
    }
  }

  private void giveUp(int chunk) {
    MemorySegment segment = chunks.get(chunk);
    if (segment != null) {
      allocated.addAndGet(-segment.byteSize());
      chunks.setRelease(chunk, null);
    }
  }

  /** The chunk that a place is in, or null if it has been given up meanwhile. */
  @Nullable MemorySegment segment(long place) {
    return chunks.getAcquire(chunkOf(place));
  }

  /** Byte offset of a record in its chunk. */
  static long offset(long place) {
    return (place - 1) & ((1L << OFFSET_BITS) - 1);
  }

  private static int chunkOf(long place) {
    return (int) ((place - 1) >>> OFFSET_BITS);
  }

  /** Byte offset of the document of the record at an offset. */
  static long documentOffset(MemorySegment s, long at) {
    return at + HEADER + (s.get(I16, at) & 0xFFFF);
  }

  static byte[] document(MemorySegment s, long at) {
    byte[] bytes = new byte[s.get(I32, at + 2)];
    MemorySegment.copy(s, ValueLayout.JAVA_BYTE, documentOffset(s, at), bytes, 0, bytes.length);
    return bytes;
  }

  static byte[] idBytes(MemorySegment s, long at) {
    byte[] bytes = new byte[s.get(I16, at) & 0xFFFF];
    MemorySegment.copy(s, ValueLayout.JAVA_BYTE, at + HEADER, bytes, 0, bytes.length);
    return bytes;
  }

  static String id(MemorySegment s, long at) {
    return new String(idBytes(s, at), StandardCharsets.UTF_8);
  }

  static boolean hasId(MemorySegment s, long at, byte[] id) {
    return (s.get(I16, at) & 0xFFFF) == id.length
        && MemorySegment.mismatch(
                s, at + HEADER, at + HEADER + id.length, MemorySegment.ofArray(id), 0, id.length)
            < 0;
  }

  private long size(long place) {
    MemorySegment s = segment(place);
    if (s == null) {
      throw new IllegalStateException("the record at " + place + " is in no chunk");
    }
    long at = offset(place);
    return (long) HEADER + (s.get(I16, at) & 0xFFFF) + s.get(I32, at + 2);
  }

  /** Whether a place is in a chunk of which less than half is needed. */
  boolean isSparse(long place) {
    int chunk = chunkOf(place);
    MemorySegment s = chunks.get(chunk);
    return s != null && chunk != last && liveBytes[chunk] * 2 < s.byteSize();
  }

  /** The chunks as they are now: what is in them stays readable through the copy. */
  AtomicReferenceArray<@Nullable MemorySegment> chunks() {
    return copy(chunks.length());
  }

  private AtomicReferenceArray<@Nullable MemorySegment> copy(int length) {
    AtomicReferenceArray<@Nullable MemorySegment> copy = new AtomicReferenceArray<>(length);
    for (int i = 0; i <= last; i++) {
      copy.setPlain(i, chunks.get(i));
    }
    return copy;
  }

  static @Nullable MemorySegment segment(
      AtomicReferenceArray<@Nullable MemorySegment> chunks, long place) {
    return chunks.get(chunkOf(place));
  }

  /** Gives up everything. */
  void clear() {
    for (int i = 0; i <= last; i++) {
      giveUp(i);
      liveBytes[i] = 0;
    }
    live.set(0);
    used = Long.MAX_VALUE / 2;
  }

  /** Bytes in chunks. */
  long allocatedBytes() {
    return allocated.get();
  }

  /** Bytes in chunks that no record needs. */
  long wastedBytes() {
    return Math.max(0, allocated.get() - live.get());
  }
}
