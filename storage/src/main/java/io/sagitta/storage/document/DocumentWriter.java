package io.sagitta.storage.document;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes plain Java values as a document: the binary form in which metadata is kept.
 *
 * <p>A document is one value. All numbers are little-endian; nothing is aligned.
 *
 * <pre>
 * value  := tag:u8 body
 *  0 null   1 false   2 true        no body
 *  3 long       i64
 *  4 double     f64
 *  5 decimal    length:u32 text     what is neither: exact, as {@link BigDecimal} prints it
 *  6 string     length:u32 UTF-8
 *  7 timestamp  seconds:i64 nanos:i32
 *  8 list       bytes:u32 count:u32 value*
 *  9 map        bytes:u32 count:u32 (length:u16 UTF-8 value)*
 * </pre>
 *
 * <p>{@code bytes} counts what follows the count, so that a reader steps over a list or a map
 * without looking into it. A filter reads fields in place ({@link DocumentReader#find}); nothing is
 * parsed for a candidate that does not pass.
 *
 * <p>Not safe for use by several threads.
 */
public final class DocumentWriter {
  /** Lists and maps within each other at most. */
  public static final int MAX_DEPTH = 64;

  /** Bytes of one document at most: 16 MiB. */
  public static final int MAX_BYTES = 16 << 20;

  static final int NULL = 0;
  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int LONG = 3;
  static final int DOUBLE = 4;
  static final int DECIMAL = 5;
  static final int STRING = 6;
  static final int TIMESTAMP = 7;
  static final int LIST = 8;
  static final int MAP = 9;

  private static final VarHandle I64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle I32 =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[256];
  private int length;

  /**
   * The document of a map.
   *
   * @throws IllegalArgumentException if a value is of a type that JSON has no place for, a number
   *     is not finite, a name is empty or over 65,535 bytes, or the whole is too deep or too large
   */
  public static byte[] write(Map<String, ? extends @Nullable Object> map) {
    DocumentWriter writer = new DocumentWriter();
    writer.value(map, 0);
    return Arrays.copyOf(writer.bytes, writer.length);
  }

  private void value(@Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "metadata is nested more than " + MAX_DEPTH + " levels deep");
    }
    switch (value) {
      case null -> tag(NULL);
      case Boolean b -> tag(b ? TRUE : FALSE);
      case Long n -> whole(n);
      case Integer n -> whole(n);
      case Short n -> whole(n);
      case Byte n -> whole(n);
      case Double n -> real(n);
      case Float n -> real(n);
      case BigInteger n -> big(n);
      case BigDecimal n -> text(DECIMAL, n.toString());
      case String s -> text(STRING, s);
      case Instant t -> timestamp(t);
      case Map<?, ?> map -> map(map, depth);
      case Collection<?> list -> list(list, depth);
      default ->
          throw new IllegalArgumentException(
              "metadata holds a "
                  + value.getClass().getName()
                  + ", expected null, Boolean, a number, String, Instant, Map or Collection");
    }
  }

  private void tag(int tag) {
    reserve(1);
    bytes[length++] = (byte) tag;
  }

  private void whole(long n) {
    tag(LONG);
    reserve(8);
    I64.set(bytes, length, n);
    length += 8;
  }

  private void real(double n) {
    if (!Double.isFinite(n)) {
      throw new IllegalArgumentException("metadata holds the number " + n + ", must be finite");
    }
    tag(DOUBLE);
    reserve(8);
    I64.set(bytes, length, Double.doubleToRawLongBits(n));
    length += 8;
  }

  private void big(BigInteger n) {
    if (n.bitLength() < 64) {
      whole(n.longValue());
    } else {
      text(DECIMAL, n.toString());
    }
  }

  private void text(int tag, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    tag(tag);
    reserve(4 + utf8.length);
    I32.set(bytes, length, utf8.length);
    length += 4;
    System.arraycopy(utf8, 0, bytes, length, utf8.length);
    length += utf8.length;
  }

  private void timestamp(Instant t) {
    tag(TIMESTAMP);
    reserve(12);
    I64.set(bytes, length, t.getEpochSecond());
    I32.set(bytes, length + 8, t.getNano());
    length += 12;
  }

  private void list(Collection<?> list, int depth) {
    tag(LIST);
    int start = open(list.size());
    for (Object item : list) {
      value(item, depth + 1);
    }
    close(start);
  }

  private void map(Map<?, ?> map, int depth) {
    tag(MAP);
    int start = open(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name) || name.isEmpty()) {
        throw new IllegalArgumentException(
            "metadata has the field name " + entry.getKey() + ", must be a string, not empty");
      }
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      if (utf8.length > 0xFFFF) {
        throw new IllegalArgumentException(
            "metadata has a field name of " + utf8.length + " bytes, at most 65535 fit");
      }
      reserve(2 + utf8.length);
      bytes[length++] = (byte) utf8.length;
      bytes[length++] = (byte) (utf8.length >>> 8);
      System.arraycopy(utf8, 0, bytes, length, utf8.length);
      length += utf8.length;
      value(entry.getValue(), depth + 1);
    }
    close(start);
  }

  private int open(int count) {
    reserve(8);
    I32.set(bytes, length + 4, count);
    length += 8;
    return length;
  }

  private void close(int start) {
    I32.set(bytes, start - 8, length - start);
  }

  private void reserve(int more) {
    if (more > MAX_BYTES - length) {
      throw new IllegalArgumentException("metadata takes more than " + MAX_BYTES + " bytes");
    }
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
