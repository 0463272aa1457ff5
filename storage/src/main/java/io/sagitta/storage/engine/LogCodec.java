package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import io.sagitta.storage.StorageCorruptionError;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.log.LogFormat;
import io.sagitta.storage.log.LogPayload;
import io.sagitta.storage.log.LogPosition;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the store's log records carry. All numbers are little-endian.
 *
 * <pre>
 * 1 PUT      first key i64, n i32, d i32, n·d floats, then n times: id length u16,
 *            document length i32, id, document. Row i has the key first + i; an id that is there
 *            already is replaced.
 * 2 REMOVE   n i32, n keys
 * 3 REPLACE  n i32, then n times: key i64, document length i32, document
 * 4 CLEAR    next key i64
 * </pre>
 *
 * <p>A batch is cut into records of about a megabyte, one transaction together.
 */
final class LogCodec {
  static final int PUT = 1;
  static final int REMOVE = 2;
  static final int REPLACE = 3;
  static final int CLEAR = 4;

  private static final int TARGET_BYTES = 1_000_000;
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LogCodec() {}

  /** Receives what a record says. */
  interface Handler {
    void put(long firstKey, Batch batch);

    void remove(long[] keys);

    void replace(long[] keys, byte[][] documents);

    void clear(long nextKey);
  }

  /** The records of a batch. */
  static List<LogPayload> put(long firstKey, Batch batch) {
    List<LogPayload> payloads = new ArrayList<>();
    int from = 0;
    while (from < batch.size()) {
      int to = from;
      long bytes = 16;
      byte[][] ids = new byte[Math.min(batch.size() - from, 65_536)][];
      while (to < batch.size() && to - from < ids.length) {
        byte[] id = batch.ids()[to].getBytes(StandardCharsets.UTF_8);
        long row = batch.vectors().rowBytes() + 6 + id.length + batch.documents()[to].length;
        if (to > from && bytes + row > TARGET_BYTES) {
          break;
        }
        ids[to - from] = id;
        bytes += row;
        to++;
      }
      payloads.add(new Put(firstKey, batch, from, to, ids, Math.toIntExact(bytes)));
      from = to;
    }
    return payloads;
  }

  @SuppressWarnings("ArrayRecordComponent") // written once, not compared
  private record Put(long firstKey, Batch batch, int from, int to, byte[][] ids, int size)
      implements LogPayload {
    @Override
    public int type() {
      return PUT;
    }

    @Override
    public void writeTo(ByteBuffer target) {
      Vectors x = batch.vectors();
      target.putLong(firstKey + from).putInt(to - from).putInt(x.d());
      int bytes = Math.toIntExact((to - from) * x.rowBytes());
      MemorySegment.copy(x.data(), x.offset(from), MemorySegment.ofBuffer(target), 0, bytes);
      target.position(target.position() + bytes);
      for (int i = from; i < to; i++) {
        byte[] id = ids[i - from];
        byte[] document = batch.documents()[i];
        target.putShort((short) id.length).putInt(document.length).put(id).put(document);
      }
    }
  }

  /** The record of a removal. */
  static LogPayload remove(long[] keys) {
    return payload(
        REMOVE,
        4 + 8 * keys.length,
        target -> {
          target.putInt(keys.length);
          for (long key : keys) {
            target.putLong(key);
          }
        });
  }

  /** The record of a change of metadata. */
  static LogPayload replace(long key, byte[] document) {
    return payload(
        REPLACE,
        16 + document.length,
        target -> target.putInt(1).putLong(key).putInt(document.length).put(document));
  }

  /** The record of a removal of everything. */
  static LogPayload clear(long nextKey) {
    return payload(CLEAR, 8, target -> target.putLong(nextKey));
  }

  private interface Body {
    void writeTo(ByteBuffer target);
  }

  private static LogPayload payload(int type, int size, Body body) {
    return new LogPayload() {
      @Override
      public int type() {
        return type;
      }

      @Override
      public int size() {
        return size;
      }

      @Override
      public void writeTo(ByteBuffer target) {
        body.writeTo(target);
      }
    };
  }

  /** Removals of at most this many keys go into one record. */
  static final int MAX_KEYS = (LogFormat.MAX_PAYLOAD - 4) / 8;

  /**
   * Reads a record. Its checksum held; what it says is checked nevertheless before it is believed.
   *
   * @throws StorageCorruptionError if it makes no sense, naming where it lies
   */
  static void read(int type, MemorySegment p, LogPosition position, int d, Handler handler) {
    try {
      boolean sound =
          switch (type) {
            case PUT -> readPut(p, d, handler);
            case REMOVE -> readRemove(p, handler);
            case REPLACE -> readReplace(p, handler);
            case CLEAR -> readClear(p, handler);
            default -> false;
          };
      if (!sound) {
        throw new StorageCorruptionError(
            position.file(), position.offset(), "a record of type " + type + " makes no sense");
      }
    } catch (IndexOutOfBoundsException e) {
      throw new StorageCorruptionError(
          position.file(), position.offset(), "a record of type " + type + " is too short", e);
    }
  }

  private static boolean readPut(MemorySegment p, int d, Handler handler) {
    long firstKey = p.get(I64, 0);
    int n = p.get(I32, 8);
    if (n < 1 || p.get(I32, 12) != d || firstKey < 0 || 16 + n * 4L * d > p.byteSize()) {
      return false;
    }
    long at = 16 + n * 4L * d;
    if (n > (p.byteSize() - at) / 6) {
      return false;
    }
    String[] ids = new String[n];
    byte[][] documents = new byte[n][];
    for (int i = 0; i < n; i++) {
      int idLength = p.get(U16, at) & 0xFFFF;
      int length = p.get(I32, at + 2);
      at += 6;
      if (idLength == 0
          || length < 0
          || idLength + (long) length > p.byteSize() - at
          || !DocumentReader.check(p, at + idLength, length)) {
        return false;
      }
      ids[i] = new String(bytes(p, at, idLength), StandardCharsets.UTF_8);
      documents[i] = bytes(p, at + idLength, length);
      at += idLength + length;
    }
    if (at != p.byteSize()) {
      return false;
    }
    handler.put(firstKey, new Batch(new Vectors(n, d, p.asSlice(16, n * 4L * d)), ids, documents));
    return true;
  }

  private static boolean readRemove(MemorySegment p, Handler handler) {
    int n = p.get(I32, 0);
    if (n < 0 || p.byteSize() != 4 + 8L * n) {
      return false;
    }
    long[] keys = new long[n];
    MemorySegment.copy(p, I64, 4, keys, 0, n);
    handler.remove(keys);
    return true;
  }

  private static boolean readReplace(MemorySegment p, Handler handler) {
    int n = p.get(I32, 0);
    if (n < 0 || n > p.byteSize() / 12) {
      return false;
    }
    long[] keys = new long[n];
    byte[][] documents = new byte[n][];
    long at = 4;
    for (int i = 0; i < n; i++) {
      keys[i] = p.get(I64, at);
      int length = p.get(I32, at + 8);
      at += 12;
      if (length < 0 || length > p.byteSize() - at || !DocumentReader.check(p, at, length)) {
        return false;
      }
      documents[i] = bytes(p, at, length);
      at += length;
    }
    if (at != p.byteSize()) {
      return false;
    }
    handler.replace(keys, documents);
    return true;
  }

  private static boolean readClear(MemorySegment p, Handler handler) {
    if (p.byteSize() != 8 || p.get(I64, 0) < 0) {
      return false;
    }
    handler.clear(p.get(I64, 0));
    return true;
  }

  private static byte[] bytes(MemorySegment p, long at, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(p, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
    return bytes;
  }
}
