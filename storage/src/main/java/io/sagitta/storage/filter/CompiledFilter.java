package io.sagitta.storage.filter;

import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.document.DocumentValues;
import io.sagitta.storage.document.DocumentValues.Constant;
import io.sagitta.storage.filter.Filter.Operator;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter made ready to run over stored documents, in place: field names and constants are turned
 * into bytes once, and nothing is allocated for a document (a Java predicate and a decimal apart).
 *
 * <p>Immutable; any thread may use one.
 */
@FunctionalInterface
public interface CompiledFilter {
  /**
   * Whether the document passes.
   *
   * @param segment where it lies
   * @param at byte offset of its root
   */
  boolean test(MemorySegment segment, long at);

  /** Makes a filter ready to run. */
  static CompiledFilter of(Filter filter) {
    return switch (filter) {
      case Filter.Comparison c -> comparison(c);
      case Filter.Membership m -> membership(m);
      case Filter.Contains c -> {
        byte[][] names = names(c.field());
        Constant constant = Constant.of(c.value());
        yield (s, at) -> {
          long p = field(s, at, names);
          return p >= 0 && DocumentValues.contains(s, p, constant);
        };
      }
      case Filter.Exists e -> {
        byte[][] names = names(e.field());
        yield (s, at) -> field(s, at, names) >= 0;
      }
      case Filter.And and -> all(compile(and.filters()));
      case Filter.Or or -> any(compile(or.filters()));
      case Filter.Not not -> {
        CompiledFilter inner = of(not.filter());
        yield (s, at) -> !inner.test(s, at);
      }
      case Filter.Where w ->
          (s, at) -> w.predicate().test(VectorMetadata.fromMap(DocumentReader.map(s, at)));
    };
  }

  private static CompiledFilter comparison(Filter.Comparison c) {
    byte[][] names = names(c.field());
    Constant constant = Constant.of(c.value());
    Operator operator = c.operator();
    return switch (operator) {
      case EQ ->
          (s, at) -> {
            long p = field(s, at, names);
            return p >= 0 && DocumentValues.equal(s, p, constant);
          };
      case NE ->
          (s, at) -> {
            long p = field(s, at, names);
            return p < 0 || !DocumentValues.equal(s, p, constant);
          };
      default ->
          (s, at) -> {
            long p = field(s, at, names);
            return p >= 0 && ordered(operator, DocumentValues.compare(s, p, constant));
          };
    };
  }

  private static boolean ordered(Operator operator, int order) {
    return order != DocumentValues.INCOMPARABLE
        && switch (operator) {
          case EQ -> order == 0;
          case NE -> order != 0;
          case LT -> order < 0;
          case LE -> order <= 0;
          case GT -> order > 0;
          case GE -> order >= 0;
        };
  }

  private static CompiledFilter membership(Filter.Membership m) {
    byte[][] names = names(m.field());
    List<Constant> constants = new ArrayList<>();
    for (Object value : m.values()) {
      constants.add(Constant.of(value));
    }
    boolean negated = m.negated();
    return (s, at) -> {
      long p = field(s, at, names);
      return negated != (p >= 0 && DocumentValues.in(s, p, constants));
    };
  }

  private static CompiledFilter all(CompiledFilter[] filters) {
    return (s, at) -> {
      for (CompiledFilter filter : filters) {
        if (!filter.test(s, at)) {
          return false;
        }
      }
      return true;
    };
  }

  private static CompiledFilter any(CompiledFilter[] filters) {
    return (s, at) -> {
      for (CompiledFilter filter : filters) {
        if (filter.test(s, at)) {
          return true;
        }
      }
      return false;
    };
  }

  private static CompiledFilter[] compile(List<Filter> filters) {
    return filters.stream().map(CompiledFilter::of).toArray(CompiledFilter[]::new);
  }

  private static byte[][] names(FieldPath path) {
    return path.names().stream()
        .map(name -> name.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }

  private static long field(MemorySegment s, long at, byte[][] names) {
    long p = at;
    for (byte[] name : names) {
      p = DocumentReader.find(s, p, name);
      if (p < 0) {
        return -1;
      }
    }
    return p;
  }

  /** Compiles a filter, or gives null for none. */
  static @Nullable CompiledFilter ofNullable(@Nullable Filter filter) {
    return filter == null ? null : of(filter);
  }
}
