package io.sagitta.storage;

import io.sagitta.storage.document.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an embedding besides its numbers.
 *
 * <p>Immutable. Filters name the fields as they are spelt here; further fields by their own names,
 * nested ones with dots.
 *
 * @param type what the embedding is of, such as {@code scene}; not empty
 * @param timestamp the moment it belongs to
 * @param modelVersion the model that made it; not empty
 * @param confidence how sure the model was, if it said; finite
 * @param sourceFrame the frame of the video it comes from, if any; 0 or more
 * @param duration how long what it shows lasts, in seconds, if it lasts; finite, 0 or more
 * @param extra further fields: null, Boolean, number, String, Instant, Map with String keys, List;
 *     none with the name of one of the fields above
 */
public record VectorMetadata(
    String type,
    Instant timestamp,
    String modelVersion,
    @Nullable Double confidence,
    @Nullable Long sourceFrame,
    @Nullable Double duration,
    Map<String, @Nullable Object> extra) {

  private static final Set<String> OWN =
      Set.of("type", "timestamp", "modelVersion", "confidence", "sourceFrame", "duration");

  /** Checks the fields and copies the further ones (not deeply). */
  public VectorMetadata {
    requireText("type", type);
    requireText("modelVersion", modelVersion);
    if (confidence != null && !Double.isFinite(confidence)) {
      throw new IllegalArgumentException("confidence is " + confidence + ", must be finite");
    }
    if (sourceFrame != null && sourceFrame < 0) {
      throw new IllegalArgumentException("sourceFrame is " + sourceFrame + ", must be 0 or more");
    }
    if (duration != null && !(duration >= 0 && Double.isFinite(duration))) {
      throw new IllegalArgumentException(
          "duration is " + duration + " seconds, must be finite and 0 or more");
    }
    for (String name : extra.keySet()) {
      if (OWN.contains(name)) {
        throw new IllegalArgumentException(
            "the further field \"" + name + "\" has the name of a field of its own");
      }
    }
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  /** Metadata with the required fields only. */
  public static VectorMetadata of(String type, Instant timestamp, String modelVersion) {
    return new VectorMetadata(type, timestamp, modelVersion, null, null, null, Map.of());
  }

  /** This, with a confidence. */
  public VectorMetadata withConfidence(double value) {
    return new VectorMetadata(type, timestamp, modelVersion, value, sourceFrame, duration, extra);
  }

  /** This, with the frame of the video it comes from. */
  public VectorMetadata withSourceFrame(long frame) {
    return new VectorMetadata(type, timestamp, modelVersion, confidence, frame, duration, extra);
  }

  /** This, with a duration in seconds. */
  public VectorMetadata withDuration(double seconds) {
    return new VectorMetadata(
        type, timestamp, modelVersion, confidence, sourceFrame, seconds, extra);
  }

  /** This, with a further field (in place of one of the same name). */
  public VectorMetadata with(String name, @Nullable Object value) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(extra);
    fields.put(name, value);
    return new VectorMetadata(
        type, timestamp, modelVersion, confidence, sourceFrame, duration, fields);
  }

  /** All fields by name, the absent optional ones left out, the further ones last. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("type", type);
    map.put("timestamp", timestamp);
    map.put("modelVersion", modelVersion);
    putIfThere(map, "confidence", confidence);
    putIfThere(map, "sourceFrame", sourceFrame);
    putIfThere(map, "duration", duration);
    map.putAll(extra);
    return map;
  }

  /**
   * Reads what {@link #toMap} gives. The timestamp may be an Instant or its ISO-8601 text.
   *
   * @throws IllegalArgumentException if a required field is missing or one is of the wrong type
   */
  public static VectorMetadata fromMap(Map<String, ? extends @Nullable Object> map) {
    Map<String, @Nullable Object> extra = new LinkedHashMap<>();
    for (Map.Entry<String, ? extends @Nullable Object> field : map.entrySet()) {
      if (!OWN.contains(field.getKey())) {
        extra.put(field.getKey(), field.getValue());
      }
    }
    Number confidence = number(map, "confidence");
    Number sourceFrame = number(map, "sourceFrame");
    Number duration = number(map, "duration");
    return new VectorMetadata(
        text(map, "type"),
        time(map.get("timestamp")),
        text(map, "modelVersion"),
        confidence == null ? null : (Double) confidence.doubleValue(),
        sourceFrame == null ? null : (Long) whole("sourceFrame", sourceFrame),
        duration == null ? null : (Double) duration.doubleValue(),
        extra);
  }

  /** The fields as one line of JSON; timestamps as ISO-8601 text. */
  public String toJson() {
    return Json.write(toMap());
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws IllegalArgumentException if it is no JSON object, or as {@link #fromMap}
   */
  public static VectorMetadata fromJson(String json) {
    return fromMap(Json.readObject(json));
  }

  private static void requireText(String name, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(name + " is blank");
    }
  }

  private static void putIfThere(
      Map<String, @Nullable Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  private static String text(Map<String, ? extends @Nullable Object> map, String name) {
    if (map.get(name) instanceof String s) {
      return s;
    }
    throw new IllegalArgumentException(
        "metadata field " + name + " is " + map.get(name) + ", a string is required");
  }

  private static @Nullable Number number(Map<String, ? extends @Nullable Object> map, String name) {
    Object value = map.get(name);
    if (value == null || value instanceof Number) {
      return (Number) value;
    }
    throw new IllegalArgumentException(
        "metadata field " + name + " is " + value + ", expected a number");
  }

  private static long whole(String name, Number n) {
    if (n.doubleValue() != Math.rint(n.doubleValue())) {
      throw new IllegalArgumentException(
          "metadata field " + name + " is " + n + ", expected a whole number");
    }
    return n.longValue();
  }

  private static Instant time(@Nullable Object value) {
    if (value instanceof Instant t) {
      return t;
    }
    if (value instanceof String s) {
      try {
        return Instant.parse(s);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "metadata field timestamp is \""
                + s
                + "\", expected ISO-8601 such as"
                + " 2026-01-31T12:00:00Z",
            e);
      }
    }
    throw new IllegalArgumentException(
        "metadata field timestamp is " + value + ", an instant is required");
  }
}
