package io.sagitta.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One request to {@link FaissProcess}: an operation of {@code faiss_server.py}, its fields and its
 * arrays. Not safe for several threads.
 */
public final class FaissRequest {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 20;

  private final ObjectNode header = JSON.createObjectNode();
  private final ArrayNode specs = JSON.createArrayNode();
  private final List<MemorySegment> blobs = new ArrayList<>();

  private FaissRequest(String op) {
    header.put("op", op);
  }

  /** A request for the server's {@code op_<op>}. */
  public static FaissRequest of(String op) {
    return new FaissRequest(op);
  }

  /** A field: a number, text, boolean, {@link JsonNode} or anything Jackson can write. */
  public FaissRequest with(String name, Object value) {
    header.set(name, value instanceof JsonNode node ? node : JSON.valueToTree(value));
    return this;
  }

  /** A float32 array of n × d; the memory is borrowed until the call returns. */
  public FaissRequest array(String name, Vectors x) {
    return put(name, "float32", x.data().asSlice(0, x.n() * x.rowBytes()), x.n(), x.d());
  }

  /** An int64 array. */
  public FaissRequest array(String name, long[] x) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(8, x.length));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(x);
    return put(name, "int64", MemorySegment.ofBuffer(bytes), x.length);
  }

  /** A uint8 array of n × width. */
  public FaissRequest array(String name, byte[] x, long... shape) {
    return put(
        name, "uint8", MemorySegment.ofArray(x), shape.length == 0 ? new long[] {x.length} : shape);
  }

  private FaissRequest put(String name, String dtype, MemorySegment data, long... shape) {
    ObjectNode spec = specs.addObject();
    spec.put("name", name);
    spec.put("dtype", dtype);
    ArrayNode dims = spec.putArray("shape");
    for (long s : shape) {
      dims.add(s);
    }
    blobs.add(data);
    return this;
  }

  /** Sends the request under a number that its answer must bear. */
  void send(OutputStream out, long seq) throws IOException {
    header.put("seq", seq);
    header.set("arrays", specs);
    byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(text.length);
    out.write(length.array());
    out.write(text);
    byte[] chunk = new byte[CHUNK];
    for (MemorySegment blob : blobs) {
      for (long at = 0; at < blob.byteSize(); at += CHUNK) {
        int n = (int) Math.min(CHUNK, blob.byteSize() - at);
        MemorySegment.copy(blob, at, MemorySegment.ofArray(chunk), 0, n);
        out.write(chunk, 0, n);
      }
    }
    out.flush();
  }

  @Override
  public String toString() {
    return header.toString();
  }
}
