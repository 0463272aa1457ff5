package io.sagitta.storage.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes filters as text, and brings their constants into canonical types. */
final class FilterText {
  private FilterText() {}

  /** Null, Boolean, Long, Double, BigDecimal, String or Instant for any value a filter may hold. */
  static @Nullable Object canonical(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean b -> b;
      case Long n -> n;
      case Integer n -> n.longValue();
      case Short n -> n.longValue();
      case Byte n -> n.longValue();
      case Float n -> finite(n);
      case Double n -> finite(n);
      case BigInteger n -> n.bitLength() < 64 ? (Object) n.longValue() : new BigDecimal(n);
      case BigDecimal n -> n;
      case String s -> s;
      case Instant t -> t;
      default ->
          throw new IllegalArgumentException(
              "filter constant is a "
                  + value.getClass().getName()
                  + ", expected null, Boolean, a number, String or Instant");
    };
  }

  static List<@Nullable Object> canonical(List<? extends @Nullable Object> values) {
    List<@Nullable Object> list = new ArrayList<>(values.size());
    for (Object value : values) {
      list.add(canonical(value));
    }
    return Collections.unmodifiableList(list);
  }

  private static Double finite(double n) {
    if (!Double.isFinite(n)) {
      throw new IllegalArgumentException("filter constant is " + n + ", must be finite");
    }
    return n;
  }

  static String write(Filter filter) {
    StringBuilder out = new StringBuilder();
    write(filter, out);
    return out.toString();
  }

  private static void write(Filter filter, StringBuilder out) {
    switch (filter) {
      case Filter.Comparison c -> {
        out.append(c.field()).append(' ').append(c.operator().symbol()).append(' ');
        constant(c.value(), out);
      }
      case Filter.Membership m -> {
        out.append(m.field()).append(m.negated() ? " not in (" : " in (");
        String separator = "";
        for (Object value : m.values()) {
          out.append(separator);
          constant(value, out);
          separator = ", ";
        }
        out.append(')');
      }
      case Filter.Contains c -> {
        out.append(c.field()).append(" contains ");
        constant(c.value(), out);
      }
      case Filter.Exists e -> out.append("exists(").append(e.field()).append(')');
      case Filter.And and -> join(and.filters(), "and", out);
      case Filter.Or or -> join(or.filters(), "or", out);
      case Filter.Not not -> {
        out.append("not (");
        write(not.filter(), out);
        out.append(')');
      }
      case Filter.Where w ->
          throw new UnsupportedOperationException("a Java predicate has no text form: " + w);
    }
  }

  /** One and none are written in function form, so that reading gives the same tree. */
  private static void join(List<Filter> filters, String word, StringBuilder out) {
    if (filters.size() < 2) {
      out.append(word).append('(');
      for (Filter filter : filters) {
        write(filter, out);
      }
      out.append(')');
      return;
    }
    String separator = "";
    for (Filter filter : filters) {
      out.append(separator);
      boolean inner = filter instanceof Filter.And || filter instanceof Filter.Or;
      if (inner) {
        out.append('(');
      }
      write(filter, out);
      if (inner) {
        out.append(')');
      }
      separator = " " + word + " ";
    }
  }

  private static void constant(@Nullable Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case String s -> quote(s, out);
      case Instant t -> {
        out.append("ts");
        quote(t.toString(), out);
      }
      case BigDecimal n -> out.append(n).append('m');
      default -> out.append(value);
    }
  }

  private static void quote(String s, StringBuilder out) {
    out.append('\'').append(s.replace("\\", "\\\\").replace("'", "''")).append('\'');
  }
}
