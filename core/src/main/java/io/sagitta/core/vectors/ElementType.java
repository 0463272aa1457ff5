package io.sagitta.core.vectors;

import java.nio.ByteBuffer;

/** How one component of a vector is stored in a file. */
public enum ElementType {
  /** IEEE single precision, numpy {@code f4}. */
  FLOAT32(4, "f4"),
  /** IEEE double precision, numpy {@code f8}; rounded to float32 when read as vectors. */
  FLOAT64(8, "f8"),
  /** IEEE half precision, numpy {@code f2}. */
  FLOAT16(2, "f2"),
  /** 0..255, numpy {@code u1}. */
  UINT8(1, "u1"),
  /** −128..127, numpy {@code i1}. */
  INT8(1, "i1"),
  /** Two's complement, numpy {@code i2}. */
  INT16(2, "i2"),
  /** Two's complement, numpy {@code i4}. */
  INT32(4, "i4"),
  /** Two's complement, numpy {@code i8}. */
  INT64(8, "i8");

  private final int bytes;
  private final String numpy;

  ElementType(int bytes, String numpy) {
    this.bytes = bytes;
    this.numpy = numpy;
  }

  /** Bytes of one component. */
  public int bytes() {
    return bytes;
  }

  /** numpy's kind and size, such as {@code f4}. */
  public String numpy() {
    return numpy;
  }

  /** Whether every value is a whole number. */
  public boolean isInteger() {
    return this != FLOAT32 && this != FLOAT64 && this != FLOAT16;
  }

  /** Decodes {@code count} components at the buffer's position (in its byte order) and moves it. */
  void toFloats(ByteBuffer in, float[] out, int at, int count) {
    int end = at + count;
    switch (this) {
      case FLOAT32 -> {
        in.asFloatBuffer().get(out, at, count);
        in.position(in.position() + 4 * count);
      }
      case FLOAT64 -> {
        for (int i = at; i < end; i++) {
          out[i] = (float) in.getDouble();
        }
      }
      case FLOAT16 -> {
        for (int i = at; i < end; i++) {
          out[i] = Float.float16ToFloat(in.getShort());
        }
      }
      case UINT8 -> {
        for (int i = at; i < end; i++) {
          out[i] = in.get() & 0xff;
        }
      }
      default -> {
        for (int i = at; i < end; i++) {
          out[i] = nextLong(in);
        }
      }
    }
  }

  /** Decodes one whole number at the buffer's position and moves it. */
  long nextLong(ByteBuffer in) {
    return switch (this) {
      case UINT8 -> in.get() & 0xff;
      case INT8 -> in.get();
      case INT16 -> in.getShort();
      case INT32 -> in.getInt();
      case INT64 -> in.getLong();
      default -> throw new IllegalStateException(this + " holds no whole numbers");
    };
  }

  /** Whether {@link #put} keeps this value: integer types take whole numbers of their range. */
  boolean holds(float value) {
    return switch (this) {
      case FLOAT32, FLOAT64, FLOAT16 -> true;
      case UINT8 -> value >= 0 && value <= 255 && value == (int) value;
      case INT8 -> value >= -128 && value <= 127 && value == (int) value;
      case INT16 -> value >= -32768 && value <= 32767 && value == (int) value;
      case INT32 -> value >= -0x1p31f && value < 0x1p31f && value == (int) value;
      case INT64 -> value >= -0x1p63f && value < 0x1p63f && value == (long) value;
    };
  }

  /** Encodes one component; see {@link #holds}. */
  void put(ByteBuffer out, float value) {
    switch (this) {
      case FLOAT32 -> out.putFloat(value);
      case FLOAT64 -> out.putDouble(value);
      case FLOAT16 -> out.putShort(Float.floatToFloat16(value));
      case UINT8, INT8 -> out.put((byte) (int) value);
      case INT16 -> out.putShort((short) value);
      case INT32 -> out.putInt((int) value);
      case INT64 -> out.putLong((long) value);
    }
  }
}
