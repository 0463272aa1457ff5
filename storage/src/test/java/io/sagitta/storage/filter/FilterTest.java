package io.sagitta.storage.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.document.DocumentWriter;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {
  private static final VectorMetadata METADATA =
      VectorMetadata.of("scene", Instant.parse("2026-01-31T12:00:00Z"), "clip-1")
          .withConfidence(0.75)
          .withSourceFrame(120)
          .with("tags", List.of("night", "rain", 7L))
          .with("camera", Map.of("lens", Map.of("name", "wide"), "on", true))
          .with("big", 9_007_199_254_740_993L)
          .with("exact", new BigDecimal("0.1000000000000000055511151231257827"))
          .with("nothing", null)
          .with("odd name", "x");

  private static boolean holds(Filter filter) {
    MemorySegment s = MemorySegment.ofArray(DocumentWriter.write(METADATA.toMap()));
    return CompiledFilter.of(filter).test(s, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "type = 'scene' | true",
        "type == \"scene\" | true",
        "type eq 'shot' | false",
        "type != 'shot' | true",
        "type < 'shot' | true",
        "type > 'sc' | true",
        "confidence >= 0.75 | true",
        "confidence > 0.75 | false",
        "confidence gt 0 | true",
        "sourceFrame = 120.0 | true",
        "sourceFrame < 120.5 | true",
        "sourceFrame in (1, 120, 3) | true",
        "sourceFrame not in (1, 2) | true",
        "sourceFrame in () | false",
        "duration = 1 | false",
        "duration != 1 | true",
        "duration not in (1) | true",
        "duration < 1 or duration >= 1 | false",
        "exists(duration) | false",
        "exists(nothing) | true",
        "nothing = null | true",
        "duration = null | false",
        "tags contains 'rain' | true",
        "tags contains 7 | true",
        "tags contains 'snow' | false",
        "modelVersion contains 'ip-' | true",
        "modelVersion contains '' | true",
        "camera.lens.name = 'wide' | true",
        "camera.on = true | true",
        "camera.on > false | true",
        "camera.lens.f = 1 | false",
        "camera = 'wide' | false",
        "`odd name` = 'x' | true",
        "timestamp < ts'2026-02-01T00:00:00Z' | true",
        "timestamp = '2026-01-31T12:00:00Z' | true",
        "timestamp > '2026-01-31T12:00:00.000000001Z' | false",
        "timestamp = 'yesterday' | false",
        "big = 9007199254740993 | true",
        "big = 9007199254740992.0 | false",
        "big > 9007199254740992.0 | true",
        "exact > 0.09 | true",
        "exact = 0.1000000000000000055511151231257827m | true",
        "big < 99999999999999999999 | true",
        "not type = 'scene' | false",
        "not (type = 'scene' and confidence > 0.9) | true",
        "type = 'x' or type = 'scene' and confidence > 0.7 | true",
        "(type = 'x' or type = 'scene') and confidence > 0.8 | false",
        "TYPE = 'scene' | false",
        "and() | true",
        "or() | false",
      })
  void evaluates(String text, boolean expected) {
    assertThat(holds(Filter.parse(text.strip()))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "type",
        "type =",
        "type = ",
        "type = scene",
        "= 1",
        "type = 'a",
        "a = 1 b = 2",
        "(a = 1",
        "a in 1",
        "a in (1",
        "a not 1",
        "a < null",
        "exists a",
        "a = ts'noon'",
        "a = 1e999",
        "a = --1",
        "a. = 1",
        "a = 'x' and",
        "not",
        "1a = 1"
      })
  void refusesWithThePosition(String text) {
    assertThatThrownBy(() -> Filter.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected")
        .hasMessageContaining("position");
  }

  @Test
  void nestingIsBounded() {
    assertThatThrownBy(() -> Filter.parse("(".repeat(5000) + "a = 1" + ")".repeat(5000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nesting");
    assertThatThrownBy(() -> Filter.parse("not ".repeat(5000) + "a = 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nesting");
  }

  @Test
  void takesAnyJavaPredicate() {
    assertThat(holds(Filter.where(m -> m.extra().containsKey("camera")))).isTrue();
    assertThat(holds(Filter.not(Filter.where(m -> m.type().equals("scene"))))).isFalse();
    Filter where = Filter.where(m -> true);
    assertThatThrownBy(where::text).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesConstantsThatNoFieldCanHave() {
    Object odd = new Object();
    assertThatThrownBy(() -> Filter.eq("a", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Filter.eq("a", odd)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Filter.eq("a..b", 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 500)
  void textIsReadBackAsItWas(@ForAll("filters") Filter filter) {
    assertThat(Filter.parse(filter.text())).isEqualTo(filter);
  }

  @Property(tries = 300)
  void negationIsExact(@ForAll("filters") Filter filter) {
    assertThat(holds(Filter.not(filter))).isEqualTo(!holds(filter));
  }

  @Provide
  Arbitrary<Filter> filters() {
    Arbitrary<String> field =
        Arbitraries.oneOf(
            Arbitraries.of("type", "confidence", "camera.lens.name", "tags", "not", "`a.b`", "in"),
            Arbitraries.strings().withChars("abz_9$-").ofMinLength(1).ofMaxLength(6));
    Arbitrary<Object> value =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(8).map(s -> (Object) s),
            Arbitraries.longs().map(n -> (Object) n),
            Arbitraries.doubles().map(n -> (Object) n),
            Arbitraries.bigDecimals().map(n -> (Object) n),
            Arbitraries.of(true, false).map(b -> (Object) b),
            Arbitraries.longs()
                .between(-1_000_000_000_000L, 1_000_000_000_000L)
                .map(n -> (Object) Instant.ofEpochMilli(n)));
    Arbitrary<Filter> leaf =
        Combinators.combine(
                field, value, value.list().ofMaxSize(3), Arbitraries.integers().between(0, 9))
            .as(FilterTest::leaf);
    return Arbitraries.recursive(
        () -> leaf,
        inner ->
            Combinators.combine(inner.list().ofMaxSize(3), Arbitraries.integers().between(0, 2))
                .as(FilterTest::node),
        3);
  }

  private static Filter leaf(String f, Object v, List<Object> list, int kind) {
    return switch (kind) {
      case 0 -> Filter.eq(f, v);
      case 1 -> Filter.ne(f, v);
      case 2 -> Filter.lt(f, v);
      case 3 -> Filter.le(f, v);
      case 4 -> Filter.gt(f, v);
      case 5 -> Filter.ge(f, v);
      case 6 -> Filter.in(f, list);
      case 7 -> Filter.notIn(f, list);
      case 8 -> Filter.contains(f, v);
      default -> Filter.exists(f);
    };
  }

  private static Filter node(List<Filter> list, int kind) {
    return switch (kind) {
      case 0 -> new Filter.And(list);
      case 1 -> new Filter.Or(list);
      default -> Filter.not(list.isEmpty() ? Filter.exists("x") : list.getFirst());
    };
  }
}
