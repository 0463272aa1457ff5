package io.sagitta.storage.document;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents in place, in the form {@link DocumentWriter} describes.
 *
 * <p>Every method takes a segment and the byte offset of a value's tag. {@link #check} must have
 * passed over bytes that come from a file; after that the others need no checks of their own (a
 * segment still guards its bounds). Stateless: any thread may call.
 */
public final class DocumentReader {
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;

  private DocumentReader() {}

  /** The fields of a document whose root is a map, in the order they were written. */
  public static Map<String, @Nullable Object> read(byte[] document) {
    return map(MemorySegment.ofArray(document), 0);
  }

  /** The fields of the map at {@code at}, in the order they were written. */
  public static Map<String, @Nullable Object> map(MemorySegment s, long at) {
    int count = count(s, at);
    Map<String, @Nullable Object> map = LinkedHashMap.newLinkedHashMap(count);
    long p = at + 9;
    for (int i = 0; i < count; i++) {
      int nameLength = nameLength(s, p);
      String name = utf8(s, p + 2, nameLength);
      p += 2 + nameLength;
      map.put(name, value(s, p));
      p += size(s, p);
    }
    return map;
  }

  /**
   * The value at {@code at}: null, Boolean, Long, Double, BigDecimal, String, Instant, List, Map.
   */
  public static @Nullable Object value(MemorySegment s, long at) {
    return switch (s.get(U8, at)) {
      case DocumentWriter.NULL -> null;
      case DocumentWriter.FALSE -> Boolean.FALSE;
      case DocumentWriter.TRUE -> Boolean.TRUE;
      case DocumentWriter.LONG -> asLong(s, at);
      case DocumentWriter.DOUBLE -> asDouble(s, at);
      case DocumentWriter.DECIMAL -> new BigDecimal(text(s, at));
      case DocumentWriter.STRING -> text(s, at);
      case DocumentWriter.TIMESTAMP -> Instant.ofEpochSecond(seconds(s, at), nanos(s, at));
      case DocumentWriter.LIST -> list(s, at);
      case DocumentWriter.MAP -> Collections.unmodifiableMap(map(s, at));
      default -> throw unknown(s, at);
    };
  }

  private static List<@Nullable Object> list(MemorySegment s, long at) {
    int count = count(s, at);
    List<@Nullable Object> list = new ArrayList<>(count);
    long p = at + 9;
    for (int i = 0; i < count; i++) {
      list.add(value(s, p));
      p += size(s, p);
    }
    return Collections.unmodifiableList(list);
  }

  /** Bytes of the value at {@code at}, its tag included. */
  public static long size(MemorySegment s, long at) {
    return switch (s.get(U8, at)) {
      case DocumentWriter.NULL, DocumentWriter.FALSE, DocumentWriter.TRUE -> 1;
      case DocumentWriter.LONG, DocumentWriter.DOUBLE -> 9;
      case DocumentWriter.DECIMAL, DocumentWriter.STRING -> 5L + s.get(I32, at + 1);
      case DocumentWriter.TIMESTAMP -> 13;
      case DocumentWriter.LIST, DocumentWriter.MAP -> 9L + s.get(I32, at + 1);
      default -> throw unknown(s, at);
    };
  }

  /**
   * The offset of a field of the map at {@code at}, or −1 when the value there is no map or has no
   * such field.
   *
   * @param name the field's name in UTF-8
   */
  public static long find(MemorySegment s, long at, byte[] name) {
    if (s.get(U8, at) != DocumentWriter.MAP) {
      return -1;
    }
    int count = count(s, at);
    long p = at + 9;
    for (int i = 0; i < count; i++) {
      int nameLength = nameLength(s, p);
      boolean hit = nameLength == name.length && same(s, p + 2, name);
      p += 2 + nameLength;
      if (hit) {
        return p;
      }
      p += size(s, p);
    }
    return -1;
  }

  /** The tag of the value at {@code at}. */
  public static int tag(MemorySegment s, long at) {
    return s.get(U8, at);
  }

  /** The whole number at {@code at}, whose tag is {@link DocumentWriter#LONG}. */
  static long asLong(MemorySegment s, long at) {
    return s.get(I64, at + 1);
  }

  /** The number at {@code at}, whose tag is {@link DocumentWriter#DOUBLE}. */
  static double asDouble(MemorySegment s, long at) {
    return Double.longBitsToDouble(s.get(I64, at + 1));
  }

  /** The text at {@code at}, whose tag is string or decimal. */
  static String text(MemorySegment s, long at) {
    return utf8(s, at + 5, textLength(s, at));
  }

  /** Bytes of the text at {@code at}. */
  static int textLength(MemorySegment s, long at) {
    return s.get(I32, at + 1);
  }

  /** Seconds since 1970 of the timestamp at {@code at}. */
  static long seconds(MemorySegment s, long at) {
    return s.get(I64, at + 1);
  }

  /** Nanoseconds within the second of the timestamp at {@code at}. */
  static int nanos(MemorySegment s, long at) {
    return s.get(I32, at + 9);
  }

  /** Number of values of the list or fields of the map at {@code at}. */
  static int count(MemorySegment s, long at) {
    return s.get(I32, at + 5);
  }

  /** Whether the bytes at {@code at} are exactly {@code expected}. */
  static boolean same(MemorySegment s, long at, byte[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (s.get(U8, at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static int nameLength(MemorySegment s, long at) {
    return s.get(U16, at) & 0xFFFF;
  }

  private static String utf8(MemorySegment s, long at, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(s, U8, at, bytes, 0, length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static IllegalStateException unknown(MemorySegment s, long at) {
    return new IllegalStateException("document has the tag " + s.get(U8, at) + " at byte " + at);
  }

  /**
   * Whether the bytes [at, at + length) are one well-formed document with a map at its root. Reads
   * no byte outside, and stops at {@link DocumentWriter#MAX_DEPTH}.
   */
  public static boolean check(MemorySegment s, long at, long length) {
    return length >= 9
        && s.get(U8, at) == DocumentWriter.MAP
        && checkValue(s, at, at + length, 0) == at + length;
  }

  /** The end of the well-formed value at {@code at}, or −1. */
  private static long checkValue(MemorySegment s, long at, long end, int depth) {
    if (at < 0 || at >= end || depth > DocumentWriter.MAX_DEPTH) {
      return -1;
    }
    int tag = s.get(U8, at);
    long left = end - at;
    switch (tag) {
      case DocumentWriter.NULL, DocumentWriter.FALSE, DocumentWriter.TRUE -> {
        return at + 1;
      }
      case DocumentWriter.LONG, DocumentWriter.DOUBLE -> {
        return left < 9 ? -1 : at + 9;
      }
      case DocumentWriter.DECIMAL, DocumentWriter.STRING -> {
        return checkText(s, at, left, tag);
      }
      case DocumentWriter.TIMESTAMP -> {
        return left < 13 ? -1 : checkTimestamp(s, at);
      }
      case DocumentWriter.LIST, DocumentWriter.MAP -> {
        return left < 9 ? -1 : checkItems(s, at, left, tag == DocumentWriter.MAP, depth);
      }
      default -> {
        return -1;
      }
    }
  }

  private static long checkText(MemorySegment s, long at, long left, int tag) {
    if (left < 5) {
      return -1;
    }
    int length = s.get(I32, at + 1);
    if (length < 0 || length > left - 5) {
      return -1;
    }
    if (tag == DocumentWriter.DECIMAL) {
      try {
        new BigDecimal(utf8(s, at + 5, length));
      } catch (NumberFormatException e) {
        return -1;
      }
    }
    return at + 5 + length;
  }

  private static long checkTimestamp(MemorySegment s, long at) {
    long seconds = seconds(s, at);
    int nanos = nanos(s, at);
    boolean valid =
        seconds >= Instant.MIN.getEpochSecond()
            && seconds <= Instant.MAX.getEpochSecond()
            && nanos >= 0
            && nanos < 1_000_000_000;
    return valid ? at + 13 : -1;
  }

  private static long checkItems(MemorySegment s, long at, long left, boolean named, int depth) {
    int bytes = s.get(I32, at + 1);
    int count = s.get(I32, at + 5);
    if (bytes < 0 || bytes > left - 9 || count < 0 || count > bytes) {
      return -1;
    }
    long end = at + 9 + bytes;
    long p = at + 9;
    for (int i = 0; i < count; i++) {
      if (named) {
        if (end - p < 2 || end - p - 2 < nameLength(s, p)) {
          return -1;
        }
        p += 2 + nameLength(s, p);
      }
      p = checkValue(s, p, end, depth + 1);
      if (p < 0) {
        return -1;
      }
    }
    return p == end ? end : -1;
  }
}
