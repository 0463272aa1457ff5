package io.sagitta.storage.filter;

import io.sagitta.storage.VectorMetadata;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which embeddings a search, a listing or a deletion is about: an expression over their metadata.
 *
 * <p>Expressions are built with the methods here or read from text with {@link #parse}; {@link
 * #text} writes them back. A field is named by its path, with dots into nested objects: {@code
 * camera.lens.name}.
 *
 * <ul>
 *   <li>Numbers compare by value whatever their type, strings by code point, timestamps by time.
 *       Values of different kinds are neither equal nor ordered.
 *   <li>A comparison with a field that is absent is false. {@code ne} and {@code notIn} are the
 *       exact opposites of {@code eq} and {@code in}, and so hold where the field is absent.
 *   <li>{@code contains} holds for a string with the text within it, and for a list with an equal
 *       element. {@code exists} holds for any value, null too.
 * </ul>
 *
 * <p>Immutable; any thread may use one.
 */
public sealed interface Filter {

  /** How {@link Comparison} compares. */
  enum Operator {
    /** Equal. */
    EQ("="),
    /** Not equal, or absent. */
    NE("!="),
    /** Less than. */
    LT("<"),
    /** Less than or equal. */
    LE("<="),
    /** Greater than. */
    GT(">"),
    /** Greater than or equal. */
    GE(">=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    /** The operator as the text form spells it. */
    public String symbol() {
      return symbol;
    }
  }

  /** A field compared with a constant. */
  record Comparison(FieldPath field, Operator operator, @Nullable Object value) implements Filter {
    /** Brings the constant into its canonical type; null only with EQ and NE. */
    public Comparison {
      value = FilterText.canonical(value);
      if (value == null && operator != Operator.EQ && operator != Operator.NE) {
        throw new IllegalArgumentException(
            "field " + field + " is compared by " + operator.symbol() + " with null");
      }
    }
  }

  /** A field equal to one of some constants, or to none of them. */
  record Membership(FieldPath field, List<@Nullable Object> values, boolean negated)
      implements Filter {
    /** Brings the constants into their canonical types. */
    public Membership {
      values = FilterText.canonical(values);
    }
  }

  /** A string field with a text within it, or a list field with an element. */
  record Contains(FieldPath field, @Nullable Object value) implements Filter {
    /** Brings the constant into its canonical type. */
    public Contains {
      value = FilterText.canonical(value);
    }
  }

  /** A field that is there, whatever its value. */
  record Exists(FieldPath field) implements Filter {}

  /** All of some; with none of them, everything. */
  record And(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** At least one of some; with none of them, nothing. */
  record Or(List<Filter> filters) implements Filter {
    /** Copies the list. */
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** The opposite. */
  record Not(Filter filter) implements Filter {}

  /**
   * Any Java predicate over the decoded metadata. It costs a decoding for every embedding looked
   * at, has no text form, and may be called from several threads at once.
   */
  record Where(Predicate<VectorMetadata> predicate) implements Filter {}

  /** Field equal to the constant (null, boolean, number, string, Instant). */
  static Filter eq(String field, @Nullable Object value) {
    return new Comparison(FieldPath.of(field), Operator.EQ, value);
  }

  /** Field not equal to the constant, or absent. */
  static Filter ne(String field, @Nullable Object value) {
    return new Comparison(FieldPath.of(field), Operator.NE, value);
  }

  /** Field less than the constant. */
  static Filter lt(String field, Object value) {
    return new Comparison(FieldPath.of(field), Operator.LT, value);
  }

  /** Field less than or equal to the constant. */
  static Filter le(String field, Object value) {
    return new Comparison(FieldPath.of(field), Operator.LE, value);
  }

  /** Field greater than the constant. */
  static Filter gt(String field, Object value) {
    return new Comparison(FieldPath.of(field), Operator.GT, value);
  }

  /** Field greater than or equal to the constant. */
  static Filter ge(String field, Object value) {
    return new Comparison(FieldPath.of(field), Operator.GE, value);
  }

  /** Field equal to one of the constants. */
  static Filter in(String field, List<? extends @Nullable Object> values) {
    return new Membership(FieldPath.of(field), FilterText.canonical(values), false);
  }

  /** Field equal to none of the constants, or absent. */
  static Filter notIn(String field, List<? extends @Nullable Object> values) {
    return new Membership(FieldPath.of(field), FilterText.canonical(values), true);
  }

  /** String field with the text within it, or list field with an equal element. */
  static Filter contains(String field, @Nullable Object value) {
    return new Contains(FieldPath.of(field), value);
  }

  /** Field present, whatever its value. */
  static Filter exists(String field) {
    return new Exists(FieldPath.of(field));
  }

  /** All of them. */
  static Filter and(Filter... filters) {
    return new And(List.of(filters));
  }

  /** At least one of them. */
  static Filter or(Filter... filters) {
    return new Or(List.of(filters));
  }

  /** Those for which the other does not hold. */
  static Filter not(Filter filter) {
    return new Not(filter);
  }

  /** Those for which a Java predicate holds; see {@link Where}. */
  static Filter where(Predicate<VectorMetadata> predicate) {
    return new Where(predicate);
  }

  /**
   * Reads the text form.
   *
   * <pre>
   * type = 'scene' and confidence &gt;= 0.8
   * camera.lens in ('wide', 'tele') or not exists(camera)
   * timestamp &lt; ts'2026-01-31T12:00:00Z' and tags contains 'night'
   * </pre>
   *
   * <p>Operators: {@code = == != <> < <= > >=}, or as words {@code eq ne lt le gt ge}; {@code in},
   * {@code not in}, {@code contains}, {@code exists(…)}; {@code and}, {@code or}, {@code not},
   * parentheses. Constants: strings in single or double quotes (a doubled quote or a backslash
   * escapes), numbers, {@code true}, {@code false}, {@code null}, {@code ts'…'} (ISO-8601). A field
   * whose name is not of letters, digits and {@code _ $ -} is written in backquotes. Words are read
   * in any case of letters.
   *
   * @throws IllegalArgumentException naming the position and what was expected there
   */
  static Filter parse(String text) {
    return new FilterParser(text).parse();
  }

  /**
   * The text form; {@link #parse} reads it back to an equal filter.
   *
   * @throws UnsupportedOperationException if the filter has a Java predicate in it
   */
  default String text() {
    return FilterText.write(this);
  }
}
