package io.sagitta.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** FAISS's answer: fields and arrays by name. Immutable; safe for all threads. */
public final class FaissAnswer {
  private final JsonNode header;
  private final Map<String, ByteBuffer> arrays = new LinkedHashMap<>();
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  private FaissAnswer(JsonNode header) {
    this.header = header;
  }

  /** Reads one answer with all its arrays; see {@link #requireOk}. */
  static FaissAnswer receive(DataInputStream in) throws IOException {
    byte[] head = new byte[4];
    in.readFully(head);
    int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
    byte[] text = in.readNBytes(length);
    if (text.length < length) {
      throw new EOFException("the FAISS process ended inside an answer");
    }
    FaissAnswer answer =
        new FaissAnswer(FaissRequest.JSON.readTree(new String(text, StandardCharsets.UTF_8)));
    for (JsonNode spec : answer.header.path("arrays")) {
      long[] shape = new long[spec.path("shape").size()];
      long count = 1;
      for (int i = 0; i < shape.length; i++) {
        shape[i] = spec.path("shape").get(i).asLong();
        count = Math.multiplyExact(count, shape[i]);
      }
      int width = width(spec.path("dtype").asText());
      int size = Math.toIntExact(Math.multiplyExact(count, width));
      byte[] raw = in.readNBytes(size);
      if (raw.length < size) {
        throw new EOFException("the FAISS process ended inside an answer");
      }
      String name = spec.path("name").asText();
      answer.arrays.put(name, ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN));
      answer.shapes.put(name, shape);
    }
    return answer;
  }

  /** An answer that says "not ok" becomes a {@link FaissException}. */
  void requireOk() {
    if (!header.path("ok").asBoolean()) {
      throw new FaissException(header.path("kind").asText(), header.path("error").asText());
    }
  }

  private static int width(String dtype) throws IOException {
    return switch (dtype) {
      case "float64", "int64", "uint64" -> 8;
      case "float32", "int32", "uint32" -> 4;
      case "float16", "int16", "uint16" -> 2;
      case "uint8", "int8", "bool" -> 1;
      default -> throw new IOException("an array of type " + dtype + " is not expected");
    };
  }

  /** A field, a missing node when there is none. */
  public JsonNode field(String name) {
    return header.path(name);
  }

  /** A number field. */
  public double number(String name) {
    return header.path(name).asDouble();
  }

  /** A whole-number field. */
  public long whole(String name) {
    return header.path(name).asLong();
  }

  /** A text field. */
  public String text(String name) {
    return header.path(name).asText();
  }

  /** Shape of an array, or null if it is not in the answer. */
  public long @Nullable [] shape(String name) {
    long[] shape = shapes.get(name);
    return shape == null ? null : shape.clone();
  }

  /** A float32 array, row-major. */
  public float[] floats(String name) {
    ByteBuffer raw = raw(name);
    float[] out = new float[raw.remaining() / 4];
    raw.asFloatBuffer().get(out);
    return out;
  }

  /** A float64 array, row-major. */
  public double[] doubles(String name) {
    ByteBuffer raw = raw(name);
    double[] out = new double[raw.remaining() / 8];
    raw.asDoubleBuffer().get(out);
    return out;
  }

  /** An int64 array, row-major. */
  public long[] longs(String name) {
    ByteBuffer raw = raw(name);
    long[] out = new long[raw.remaining() / 8];
    raw.asLongBuffer().get(out);
    return out;
  }

  /** A uint8 array. */
  public byte[] bytes(String name) {
    ByteBuffer raw = raw(name);
    byte[] out = new byte[raw.remaining()];
    raw.get(out);
    return out;
  }

  private ByteBuffer raw(String name) {
    ByteBuffer raw = arrays.get(name);
    if (raw == null) {
      throw new IllegalArgumentException(
          "the answer has no array \"" + name + "\"; it has " + arrays.keySet());
    }
    return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }
}
