package io.sagitta.core.io;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A buffered little-endian writer of index files. For one thread. Counts and elements are written
 * as FAISS's {@code WRITEVECTOR} does: a u64 count, then the elements.
 */
public final class IndexOutput {
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private int depth;

  IndexOutput(OutputStream out) {
    this.out = out;
  }

  private ByteBuffer room(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
    return buffer;
  }

  /** Hands everything buffered to the stream. */
  void flush() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** Whether the outermost object is being written: 1, its children: 2, … */
  public int depth() {
    return depth;
  }

  /** Writes one byte. */
  public void writeByte(int v) throws IOException {
    room(1).put((byte) v);
  }

  /** Writes 0 or 1. */
  public void writeBoolean(boolean v) throws IOException {
    writeByte(v ? 1 : 0);
  }

  /** Writes a 16-bit integer. */
  public void writeShort(int v) throws IOException {
    room(2).putShort((short) v);
  }

  /** Writes a 32-bit integer. */
  public void writeInt(int v) throws IOException {
    room(4).putInt(v);
  }

  /** Writes a 64-bit integer. */
  public void writeLong(long v) throws IOException {
    room(8).putLong(v);
  }

  /** Writes a float32, bit for bit. */
  public void writeFloat(float v) throws IOException {
    room(4).putInt(Float.floatToRawIntBits(v));
  }

  /** Writes a float64, bit for bit. */
  public void writeDouble(double v) throws IOException {
    room(8).putLong(Double.doubleToRawLongBits(v));
  }

  /** Writes four ASCII characters. */
  public void writeFourcc(String fourcc) throws IOException {
    byte[] b = fourcc.getBytes(StandardCharsets.US_ASCII);
    if (b.length != 4) {
      throw new IllegalArgumentException("fourcc \"" + fourcc + "\" has not 4 characters");
    }
    room(4).put(b);
  }

  /** Writes a counted vector of bytes. */
  public void writeByteVector(byte[] v) throws IOException {
    writeLong(v.length);
    writeSegment(MemorySegment.ofArray(v), 0, v.length);
  }

  /** Writes a counted vector of 32-bit integers. */
  public void writeIntVector(int[] v) throws IOException {
    writeLong(v.length);
    for (int e : v) {
      writeInt(e);
    }
  }

  /** Writes a counted vector of 64-bit integers. */
  public void writeLongVector(long[] v) throws IOException {
    writeLong(v.length);
    for (long e : v) {
      writeLong(e);
    }
  }

  /** Writes a counted vector of float32. */
  public void writeFloatVector(float[] v) throws IOException {
    writeLong(v.length);
    for (float e : v) {
      writeFloat(e);
    }
  }

  /** Writes a counted vector of float64. */
  public void writeDoubleVector(double[] v) throws IOException {
    writeLong(v.length);
    for (double e : v) {
      writeDouble(e);
    }
  }

  /** Writes a counted vector of characters. */
  public void writeString(String v) throws IOException {
    writeByteVector(v.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes raw bytes of a segment, without a count. */
  public void writeSegment(MemorySegment data, long offset, long bytes) throws IOException {
    for (long done = 0; done < bytes; ) {
      ByteBuffer b = room(1);
      int here = (int) Math.min(bytes - done, b.remaining());
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + done, b.array(), b.position(), here);
      b.position(b.position() + here);
      done += here;
    }
  }

  /** Writes a nested index in one consistent state, or FAISS's null pointer. */
  public void writeIndex(@Nullable Index index) throws IOException {
    switch (index) {
      case null -> writeFourcc("null");
      case IndexSnapshot<?> s -> writeState(s);
      case AbstractIndex<?> a -> {
        try (IndexSnapshot<?> s = a.snapshot()) {
          writeState(s);
        }
      }
      default ->
          throw new UnsupportedOperationException(
              index.getClass().getSimpleName() + " cannot be written to a file");
    }
  }

  private <S> void writeState(IndexSnapshot<S> snapshot) throws IOException {
    depth++;
    IndexFormats.writer(snapshot.owner()).write(snapshot.owner(), snapshot.state(), this);
    depth--;
  }
}
