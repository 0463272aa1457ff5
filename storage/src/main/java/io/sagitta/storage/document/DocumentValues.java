package io.sagitta.storage.document;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares a value of a document with a constant, in place.
 *
 * <p>Numbers compare by value across whole numbers, doubles and decimals, exactly (2^53 + 1 is not
 * 2^53 as a double). Strings compare by code point, timestamps by time; a string compared with a
 * timestamp is read as ISO-8601. Values of different kinds are not comparable.
 */
public final class DocumentValues {
  /** What {@link #compare} gives when the two cannot be ordered. */
  public static final int INCOMPARABLE = Integer.MIN_VALUE;

  private DocumentValues() {}

  /**
   * A constant in the form the comparisons take.
   *
   * @param kind what it is compared as
   * @param whole its value if it is a whole number or a boolean (1 or 0)
   * @param real its value if it is a double
   * @param exact its value if it is a number that is neither
   * @param text its UTF-8 bytes if it is a string
   * @param time its value if it is a timestamp
   */
  @SuppressWarnings("ArrayRecordComponent") // built once, never handed out
  public record Constant(
      Kind kind,
      long whole,
      double real,
      @Nullable BigDecimal exact,
      byte @Nullable [] text,
      @Nullable Instant time) {

    /** The constant of a plain Java value: null, Boolean, Number, String or Instant. */
    public static Constant of(@Nullable Object value) {
      return switch (value) {
        case null -> new Constant(Kind.NULL, 0, 0, null, null, null);
        case Boolean b -> new Constant(Kind.BOOLEAN, b ? 1 : 0, 0, null, null, null);
        case Long n -> new Constant(Kind.WHOLE, n, 0, null, null, null);
        case Double n -> new Constant(Kind.REAL, 0, n, null, null, null);
        case BigDecimal n -> new Constant(Kind.EXACT, 0, 0, n, null, null);
        case String s ->
            new Constant(Kind.TEXT, 0, 0, null, s.getBytes(StandardCharsets.UTF_8), null);
        case Instant t -> new Constant(Kind.TIME, 0, 0, null, null, t);
        default ->
            throw new IllegalArgumentException("no constant can be made of " + value.getClass());
      };
    }
  }

  /** The kinds of constants. */
  public enum Kind {
    /** null. */
    NULL,
    /** true or false. */
    BOOLEAN,
    /** A 64-bit whole number. */
    WHOLE,
    /** A double. */
    REAL,
    /** Any other number. */
    EXACT,
    /** A string. */
    TEXT,
    /** A timestamp. */
    TIME
  }

  /** Whether the value at {@code at} equals the constant. */
  public static boolean equal(MemorySegment s, long at, Constant c) {
    int tag = DocumentReader.tag(s, at);
    if (tag == DocumentWriter.STRING && c.text != null) {
      return DocumentReader.textLength(s, at) == c.text.length
          && DocumentReader.same(s, at + 5, c.text);
    }
    return compare(s, at, c) == 0;
  }

  /**
   * Below 0, 0 or above 0 as the value at {@code at} is less than, equal to or greater than the
   * constant, or {@link #INCOMPARABLE}.
   */
  public static int compare(MemorySegment s, long at, Constant c) {
    return switch (DocumentReader.tag(s, at)) {
      case DocumentWriter.NULL -> c.kind == Kind.NULL ? 0 : INCOMPARABLE;
      case DocumentWriter.FALSE -> c.kind == Kind.BOOLEAN ? Long.compare(0, c.whole) : INCOMPARABLE;
      case DocumentWriter.TRUE -> c.kind == Kind.BOOLEAN ? Long.compare(1, c.whole) : INCOMPARABLE;
      case DocumentWriter.LONG -> compareWhole(DocumentReader.asLong(s, at), c);
      case DocumentWriter.DOUBLE -> compareReal(DocumentReader.asDouble(s, at), c);
      case DocumentWriter.DECIMAL -> compareExact(new BigDecimal(DocumentReader.text(s, at)), c);
      case DocumentWriter.STRING -> compareText(s, at, c);
      case DocumentWriter.TIMESTAMP -> compareTime(s, at, c);
      default -> INCOMPARABLE;
    };
  }

  private static int compareWhole(long v, Constant c) {
    return switch (c.kind) {
      case WHOLE -> Long.compare(v, c.whole);
      case REAL -> -compareDoubleToLong(c.real, v);
      case EXACT -> compareExact(BigDecimal.valueOf(v), c);
      default -> INCOMPARABLE;
    };
  }

  private static int compareReal(double v, Constant c) {
    return switch (c.kind) {
      case WHOLE -> compareDoubleToLong(v, c.whole);
      case REAL -> v == c.real ? 0 : Double.compare(v, c.real);
      case EXACT -> compareExact(new BigDecimal(v), c);
      default -> INCOMPARABLE;
    };
  }

  private static int compareDoubleToLong(double v, long w) {
    if (v >= 0x1p63) {
      return 1;
    }
    if (v < -0x1p63) {
      return -1;
    }
    long truncated = (long) v;
    if (truncated != w) {
      return Long.compare(truncated, w);
    }
    return v == truncated ? 0 : Double.compare(v, truncated);
  }

  private static int compareExact(BigDecimal v, Constant c) {
    return switch (c.kind) {
      case WHOLE -> v.compareTo(BigDecimal.valueOf(c.whole));
      case REAL -> v.compareTo(new BigDecimal(c.real));
      case EXACT -> c.exact == null ? INCOMPARABLE : v.compareTo(c.exact);
      default -> INCOMPARABLE;
    };
  }

  private static int compareText(MemorySegment s, long at, Constant c) {
    if (c.text != null) {
      int length = DocumentReader.textLength(s, at);
      int common = Math.min(length, c.text.length);
      for (int i = 0; i < common; i++) {
        int order = Byte.compareUnsigned(s.get(ValueLayout.JAVA_BYTE, at + 5 + i), c.text[i]);
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(length, c.text.length);
    }
    if (c.time != null) {
      try {
        return Instant.parse(DocumentReader.text(s, at)).compareTo(c.time);
      } catch (DateTimeParseException e) {
        return INCOMPARABLE;
      }
    }
    return INCOMPARABLE;
  }

  private static int compareTime(MemorySegment s, long at, Constant c) {
    Instant other = c.time;
    if (other == null && c.text != null) {
      try {
        other = Instant.parse(new String(c.text, StandardCharsets.UTF_8));
      } catch (DateTimeParseException e) {
        return INCOMPARABLE;
      }
    }
    if (other == null) {
      return INCOMPARABLE;
    }
    int order = Long.compare(DocumentReader.seconds(s, at), other.getEpochSecond());
    return order != 0 ? order : Integer.compare(DocumentReader.nanos(s, at), other.getNano());
  }

  /**
   * Whether a string at {@code at} has the constant within it, or a list an element equal to it.
   */
  public static boolean contains(MemorySegment s, long at, Constant c) {
    int tag = DocumentReader.tag(s, at);
    if (tag == DocumentWriter.LIST) {
      int count = DocumentReader.count(s, at);
      long p = at + 9;
      for (int i = 0; i < count; i++) {
        if (equal(s, p, c)) {
          return true;
        }
        p += DocumentReader.size(s, p);
      }
      return false;
    }
    if (tag != DocumentWriter.STRING || c.text == null) {
      return false;
    }
    int last = DocumentReader.textLength(s, at) - c.text.length;
    for (int i = 0; i <= last; i++) {
      if (DocumentReader.same(s, at + 5 + i, c.text)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the value at {@code at} equals one of the constants. */
  public static boolean in(MemorySegment s, long at, List<Constant> constants) {
    for (Constant c : constants) {
      if (equal(s, at, c)) {
        return true;
      }
    }
    return false;
  }
}
