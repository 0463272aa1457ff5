package io.sagitta.storage.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON to and from plain Java values, by Jackson's streaming parser.
 *
 * <p>Whole numbers become Long (BigDecimal beyond 64 bits), others Double where that is exact in
 * decimal and BigDecimal where not, so that writing gives back the same number. An object with the
 * same name twice, text after the value, and nesting deeper than a document's are refused.
 * Stateless: any thread may call.
 */
public final class Json {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DocumentWriter.MAX_DEPTH)
                  .maxStringLength(DocumentWriter.MAX_BYTES)
                  .build())
          .build();

  private Json() {}

  /** One line of JSON for a map. */
  public static String write(Map<String, ? extends @Nullable Object> map) {
    return write(map, false);
  }

  /** JSON for a map over several lines, for people. */
  public static String writePretty(Map<String, ? extends @Nullable Object> map) {
    return write(map, true);
  }

  private static String write(Map<String, ? extends @Nullable Object> map, boolean pretty) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      if (pretty) {
        generator.useDefaultPrettyPrinter();
      }
      value(generator, map);
    } catch (IOException e) {
      throw new UncheckedIOException("a string took no JSON", e);
    }
    return out.toString();
  }

  private static void value(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Boolean b -> out.writeBoolean(b);
      case Long n -> out.writeNumber(n);
      case Integer n -> out.writeNumber(n);
      case Short n -> out.writeNumber(n);
      case Byte n -> out.writeNumber(n);
      case Double n -> out.writeNumber(finite(n));
      case Float n -> out.writeNumber(finite(n.doubleValue()));
      case BigInteger n -> out.writeNumber(n);
      case BigDecimal n -> out.writeNumber(n);
      case String s -> out.writeString(s);
      case Instant t -> out.writeString(t.toString());
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.writeFieldName(String.valueOf(entry.getKey()));
          value(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case Collection<?> list -> {
        out.writeStartArray();
        for (Object item : list) {
          value(out, item);
        }
        out.writeEndArray();
      }
      default ->
          throw new IllegalArgumentException("JSON has no place for " + value.getClass().getName());
    }
  }

  private static double finite(double n) {
    if (!Double.isFinite(n)) {
      throw new IllegalArgumentException("JSON has no place for the number " + n);
    }
    return n;
  }

  /**
   * The fields of a JSON object.
   *
   * @throws IllegalArgumentException if the text is no single JSON object, saying where
   */
  public static Map<String, @Nullable Object> readObject(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("JSON text is no object");
      }
      Map<String, @Nullable Object> map = object(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("JSON text goes on after the object");
      }
      return map;
    } catch (IOException e) {
      throw new IllegalArgumentException("JSON cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      map.put(name, value(parser));
    }
    return map;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> (Object) parser.getLongValue();
            default -> new BigDecimal(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> real(parser.getDecimalValue());
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      default -> throw new IOException("unexpected " + parser.currentToken());
    };
  }

  private static Object real(BigDecimal exact) {
    double near = exact.doubleValue();
    return Double.isFinite(near) && BigDecimal.valueOf(near).compareTo(exact) == 0
        ? (Object) near
        : exact;
  }
}
