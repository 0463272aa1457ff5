package io.sagitta.storage.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTest {
  private static Map<String, Object> sample() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "Gruß ✓");
    map.put("empty", "");
    map.put("yes", true);
    map.put("no", false);
    map.put("nothing", null);
    map.put("whole", Long.MIN_VALUE);
    map.put("real", -0.1);
    map.put("exact", new BigDecimal("123456789012345678901234567890.5"));
    map.put("time", Instant.parse("1969-12-31T23:59:59.123456789Z"));
    map.put("list", Arrays.asList(1L, "two", null, List.of(3.5), Map.of("k", "v")));
    map.put("map", Map.of("inner", Map.of("deep", 1L)));
    return map;
  }

  @Test
  void valuesComeBackAsTheyWere() {
    assertThat(DocumentReader.read(DocumentWriter.write(sample()))).isEqualTo(sample());
  }

  @Test
  void numbersTakeTheirNarrowestKind() {
    Map<String, Object> map =
        Map.of("i", 7, "f", 0.5f, "small", BigInteger.TEN, "large", BigInteger.TWO.pow(80));
    assertThat(DocumentReader.read(DocumentWriter.write(map)))
        .containsEntry("i", 7L)
        .containsEntry("f", 0.5)
        .containsEntry("small", 10L)
        .containsEntry("large", new BigDecimal(BigInteger.TWO.pow(80)));
  }

  @Test
  void refusesWhatJsonHasNoPlaceFor() {
    for (Object value : new Object[] {Double.NaN, Float.POSITIVE_INFINITY, new Object(), 'c'}) {
      Map<String, Object> map = Map.of("x", value);
      assertThatThrownBy(() -> DocumentWriter.write(map))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> DocumentWriter.write(Map.of("", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    List<Object> deep = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      deep = new ArrayList<>(List.of(deep));
    }
    Map<String, Object> tooDeep = Map.of("deep", deep);
    assertThatThrownBy(() -> DocumentWriter.write(tooDeep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deep");
  }

  @Test
  void checkFindsEveryCutAndSurvivesEveryByte() {
    byte[] document = DocumentWriter.write(sample());
    MemorySegment whole = MemorySegment.ofArray(document);
    assertThat(DocumentReader.check(whole, 0, document.length)).isTrue();
    for (int length = 0; length < document.length; length++) {
      assertThat(DocumentReader.check(whole, 0, length)).isFalse();
    }
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = document.clone();
      int hits = 1 + random.nextInt(4);
      for (int j = 0; j < hits; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      // What passes the check can be read, whole and field by field; what does not is not read.
      MemorySegment segment = MemorySegment.ofArray(damaged);
      if (DocumentReader.check(segment, 0, damaged.length)) {
        Map<String, Object> read = DocumentReader.read(damaged);
        boolean once = read.size() == DocumentReader.count(segment, 0);
        for (Map.Entry<String, Object> e : read.entrySet()) {
          long at = DocumentReader.find(segment, 0, e.getKey().getBytes(StandardCharsets.UTF_8));
          if (at < 0) {
            // The name is no UTF-8 any more: it comes with a replacement character.
            assertThat(e.getKey()).contains("\uFFFD");
          } else if (once) {
            assertThat(DocumentReader.value(segment, at)).isEqualTo(e.getValue());
          }
        }
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void jsonComesBackAsItWas() {
    Map<String, Object> map = sample();
    map.put("time", "2026-01-31T12:00:00Z");
    assertThat(Json.readObject(Json.write(map))).isEqualTo(map);
    assertThat(Json.readObject(Json.writePretty(map))).isEqualTo(map);
  }

  @Test
  void jsonKeepsNumbersExact() {
    Map<String, Object> map =
        Json.readObject("{\"a\":0.1,\"b\":0.1000000000000000055511151231257827,\"c\":1e400}");
    assertThat(map)
        .containsEntry("a", 0.1)
        .containsEntry("b", new BigDecimal("0.1000000000000000055511151231257827"))
        .containsEntry("c", new BigDecimal("1e400"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "{", "{\"a\":1}{", "{\"a\":1,\"a\":2}", "{\"a\":NaN}", "null"})
  void jsonThatIsNoObjectIsRefused(String json) {
    assertThatThrownBy(() -> Json.readObject(json)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void jsonNestingIsBounded() {
    String deep = "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
    assertThatThrownBy(() -> Json.readObject(deep)).isInstanceOf(IllegalArgumentException.class);
  }
}
