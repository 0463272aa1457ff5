package io.sagitta.storage.filter;

import io.sagitta.storage.filter.Filter.Operator;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the text form of filters by recursive descent; see {@link Filter#parse}. */
final class FilterParser {
  private static final int MAX_DEPTH = 100;
  private static final Set<String> KEYWORDS =
      Set.of(
          "and",
          "or",
          "not",
          "in",
          "contains",
          "exists",
          "true",
          "false",
          "null",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge");

  private final String text;
  private int at;
  private int depth;

  FilterParser(String text) {
    this.text = text;
  }

  static boolean isKeyword(String word) {
    return KEYWORDS.contains(word.toLowerCase(Locale.ROOT));
  }

  Filter parse() {
    Filter filter = or();
    skip();
    if (at < text.length()) {
      throw expected("the end, \"and\" or \"or\"");
    }
    return filter;
  }

  private Filter or() {
    if (++depth > MAX_DEPTH) {
      throw expected("at most " + MAX_DEPTH + " levels of nesting");
    }
    List<Filter> filters = new ArrayList<>();
    filters.add(and());
    while (word("or")) {
      filters.add(and());
    }
    depth--;
    return filters.size() == 1 ? filters.getFirst() : new Filter.Or(filters);
  }

  private Filter and() {
    List<Filter> filters = new ArrayList<>();
    filters.add(unary());
    while (word("and")) {
      filters.add(unary());
    }
    return filters.size() == 1 ? filters.getFirst() : new Filter.And(filters);
  }

  private Filter unary() {
    if (word("not")) {
      if (++depth > MAX_DEPTH) {
        throw expected("at most " + MAX_DEPTH + " levels of nesting");
      }
      Filter inner = new Filter.Not(unary());
      depth--;
      return inner;
    }
    if (symbol("(")) {
      Filter inner = or();
      close();
      return inner;
    }
    if (word("exists")) {
      open();
      Filter inner = new Filter.Exists(path());
      close();
      return inner;
    }
    if (word("and")) {
      return new Filter.And(arguments());
    }
    if (word("or")) {
      return new Filter.Or(arguments());
    }
    return predicate();
  }

  /** The one or no filter of the function form, {@code and(…)} and {@code or()}. */
  private List<Filter> arguments() {
    open();
    if (symbol(")")) {
      return List.of();
    }
    Filter only = or();
    close();
    return List.of(only);
  }

  private Filter predicate() {
    FieldPath field = path();
    if (word("not")) {
      if (!word("in")) {
        throw expected("\"in\" after \"not\"");
      }
      return new Filter.Membership(field, constants(), true);
    }
    if (word("in")) {
      return new Filter.Membership(field, constants(), false);
    }
    if (word("contains")) {
      return new Filter.Contains(field, constant());
    }
    Operator operator = operator();
    int start = at;
    Object value = constant();
    if (value == null && operator != Operator.EQ && operator != Operator.NE) {
      at = start;
      throw expected("a constant other than null after " + operator.symbol());
    }
    return new Filter.Comparison(field, operator, value);
  }

  private Operator operator() {
    if (symbol("==") || symbol("=") || word("eq")) {
      return Operator.EQ;
    }
    if (symbol("!=") || symbol("<>") || word("ne")) {
      return Operator.NE;
    }
    if (symbol("<=") || word("le")) {
      return Operator.LE;
    }
    if (symbol(">=") || word("ge")) {
      return Operator.GE;
    }
    if (symbol("<") || word("lt")) {
      return Operator.LT;
    }
    if (symbol(">") || word("gt")) {
      return Operator.GT;
    }
    throw expected("an operator (= != < <= > >= in, not in, contains)");
  }

  private FieldPath path() {
    List<String> names = new ArrayList<>();
    do {
      skip();
      if (at < text.length() && text.charAt(at) == '`') {
        names.add(quoted('`', false));
      } else {
        int start = at;
        while (at < text.length() && FieldPath.isPlain(text.charAt(at))) {
          at++;
        }
        if (start == at || !(Character.isLetter(text.charAt(start)) || text.charAt(start) == '_')) {
          at = start;
          throw expected("a field");
        }
        names.add(text.substring(start, at));
      }
    } while (names.size() < FieldPath.MAX_NAMES && symbol("."));
    return new FieldPath(names);
  }

  private List<@Nullable Object> constants() {
    open();
    List<@Nullable Object> values = new ArrayList<>();
    if (symbol(")")) {
      return values;
    }
    do {
      values.add(constant());
    } while (symbol(","));
    close();
    return values;
  }

  private @Nullable Object constant() {
    if (word("true")) {
      return Boolean.TRUE;
    }
    if (word("false")) {
      return Boolean.FALSE;
    }
    if (word("null")) {
      return null;
    }
    skip();
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == '\'' || c == '"') {
      return quoted(c, true);
    }
    if (text.startsWith("ts'", at) || text.startsWith("ts\"", at)) {
      int start = at;
      at += 2;
      String time = quoted(text.charAt(at), true);
      try {
        return Instant.parse(time);
      } catch (DateTimeParseException e) {
        at = start;
        throw expected("a timestamp such as ts'2026-01-31T12:00:00Z'");
      }
    }
    return number();
  }

  private Object number() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    String digits = text.substring(start, at);
    try {
      if (digits.endsWith("m")) {
        return new BigDecimal(digits.substring(0, digits.length() - 1));
      }
      if (digits.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '-' || c == '+')) {
        BigDecimal whole = new BigDecimal(digits);
        return whole.toBigInteger().bitLength() < 64 ? (Object) whole.longValue() : whole;
      }
      if (digits.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0)) {
        double real = Double.parseDouble(digits);
        if (Double.isFinite(real)) {
          return real;
        }
      }
    } catch (NumberFormatException e) {
      // reported below, with the position
    }
    at = start;
    throw expected("a constant (string in quotes, number, true, false, null, ts'…')");
  }

  private String quoted(char quote, boolean backslash) {
    int start = at++;
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        if (at < text.length() && text.charAt(at) == quote) {
          at++;
        } else {
          return out.toString();
        }
      } else if (c == '\\' && backslash && at < text.length()) {
        c = text.charAt(at++);
      }
      out.append(c);
    }
    at = start;
    throw expected("a closing " + quote);
  }

  private boolean word(String word) {
    skip();
    int end = at + word.length();
    if (!text.regionMatches(true, at, word, 0, word.length())
        || (end < text.length()
            && (FieldPath.isPlain(text.charAt(end)) || text.charAt(end) == '.'))) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean symbol(String symbol) {
    skip();
    if (!text.startsWith(symbol, at)) {
      return false;
    }
    at += symbol.length();
    return true;
  }

  private void open() {
    if (!symbol("(")) {
      throw expected("\"(\"");
    }
  }

  private void close() {
    if (!symbol(")")) {
      throw expected("\")\"");
    }
  }

  private void skip() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException(
        "filter \"" + text + "\": expected " + what + " at position " + at);
  }
}
