package io.sagitta.core.vectors;

import io.sagitta.core.IndexFormatException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a numpy array file, versions 1 to 3: magic, version, length, and a Python
 * dictionary with {@code descr}, {@code fortran_order} and {@code shape}. Format: numpy's {@code
 * numpy.lib.format}.
 *
 * @param element type of an element
 * @param order byte order
 * @param shape lengths of the axes, row-major
 */
record NpyHeader(ElementType element, ByteOrder order, List<Long> shape) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** numpy itself refuses to evaluate longer ones. */
  static final int MAX_LENGTH = 10_000;

  /** Bytes of a header as {@link #bytes} writes it: a multiple of 64, room for any shape. */
  static final int WRITTEN = 128;

  /**
   * Parses the dictionary.
   *
   * @param text the dictionary's text
   * @param offset where it begins in the file, for messages
   */
  static NpyHeader parse(String text, long offset) throws IndexFormatException {
    return new Parser(text, offset).header();
  }

  /** Magic, version 1.0, length and dictionary of a two-axis array; {@value #WRITTEN} bytes. */
  static byte[] bytes(ElementType element, long n, int d) {
    String kind = (element.bytes() == 1 ? "|" : "<") + element.numpy();
    String dictionary =
        "{'descr': '" + kind + "', 'fortran_order': False, 'shape': (" + n + ", " + d + "), }";
    byte[] out = new byte[WRITTEN];
    System.arraycopy(MAGIC, 0, out, 0, MAGIC.length);
    out[6] = 1;
    out[8] = (byte) (WRITTEN - 10);
    Arrays.fill(out, 10, WRITTEN, (byte) ' ');
    byte[] ascii = dictionary.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, out, 10, ascii.length);
    out[WRITTEN - 1] = '\n';
    return out;
  }

  /** Reads the few Python literals that such a dictionary holds. */
  private static final class Parser {
    private final String text;
    private final long offset;
    private int at;

    Parser(String text, long offset) {
      this.text = text;
      this.offset = offset;
    }

    NpyHeader header() throws IndexFormatException {
      String descr = null;
      Boolean fortran = null;
      List<Long> shape = null;
      expect('{');
      while (!accept('}')) {
        String key = quoted();
        expect(':');
        switch (key) {
          case "descr" -> {
            if (peek() == '[') {
              throw bad("arrays of records are not supported");
            }
            descr = quoted();
          }
          case "fortran_order" -> fortran = truth();
          case "shape" -> shape = tuple();
          default -> throw bad("unknown key '" + key + "'");
        }
        if (!accept(',')) {
          expect('}');
          break;
        }
      }
      if (descr == null || fortran == null || shape == null) {
        throw bad("the header lacks descr, fortran_order or shape");
      }
      ElementType element = element(descr);
      if (fortran && shape.size() > 1) {
        throw bad(
            "the array is in Fortran order (column after column); save it with"
                + " numpy.ascontiguousarray");
      }
      ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      return new NpyHeader(element, order, shape);
    }

    private ElementType element(String descr) throws IndexFormatException {
      if (descr.length() == 3 && "<>|=".indexOf(descr.charAt(0)) >= 0) {
        for (ElementType e : ElementType.values()) {
          if (descr.endsWith(e.numpy()) && (descr.charAt(0) != '|' || e.bytes() == 1)) {
            return e;
          }
        }
      }
      throw bad("elements of type '" + printable(descr) + "' are not supported");
    }

    private List<Long> tuple() throws IndexFormatException {
      List<Long> out = new ArrayList<>();
      expect('(');
      while (!accept(')')) {
        if (out.size() == 32) {
          throw bad("more than 32 axes");
        }
        out.add(number());
        if (!accept(',')) {
          expect(')');
          break;
        }
      }
      return out;
    }

    private long number() throws IndexFormatException {
      skipSpace();
      int from = at;
      while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0) {
        at++;
      }
      if (at == from || at - from > 18) {
        throw bad("a length between 0 and 10^18 is expected");
      }
      long v = Long.parseLong(text, from, at, 10);
      // Python 2 wrote long integers with this letter.
      accept('L');
      return v;
    }

    private boolean truth() throws IndexFormatException {
      skipSpace();
      if (text.startsWith("False", at)) {
        at += 5;
        return false;
      } else if (text.startsWith("True", at)) {
        at += 4;
        return true;
      }
      throw bad("True or False is expected");
    }

    private String quoted() throws IndexFormatException {
      skipSpace();
      char quote = peek();
      if (quote != '\'' && quote != '"') {
        throw bad("a quoted text is expected");
      }
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw bad("a quoted text does not end");
      }
      String s = text.substring(at + 1, end);
      at = end + 1;
      return s;
    }

    private char peek() {
      skipSpace();
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char c) {
      if (peek() == c) {
        at++;
        return true;
      }
      return false;
    }

    private void expect(char c) throws IndexFormatException {
      if (!accept(c)) {
        throw bad("'" + c + "' is expected");
      }
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }

    private static String printable(String s) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < Math.min(s.length(), 40); i++) {
        char c = s.charAt(i);
        out.append(c >= ' ' && c < 127 ? c : '?');
      }
      return out.toString();
    }

    private IndexFormatException bad(String message) {
      return new IndexFormatException("", offset + at, "numpy header: " + message);
    }
  }

  /** Rows: the first axis, or 1 for a scalar. */
  long rows() {
    return shape.isEmpty() ? 1 : shape.getFirst();
  }

  /** Product of the other axes, or null if it overflows. */
  @Nullable Long rowLength() {
    long product = 1;
    for (int i = 1; i < shape.size(); i++) {
      long high = Math.multiplyHigh(product, shape.get(i));
      product *= shape.get(i);
      if (high != 0 || product < 0) {
        return null;
      }
    }
    return product;
  }
}
