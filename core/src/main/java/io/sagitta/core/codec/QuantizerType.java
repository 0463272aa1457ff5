package io.sagitta.core.codec;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link ScalarQuantizer} codes a component: FAISS's {@code QuantizerType} with its numbers.
 *
 * <p>The EDEN types (19 … 26) belong to a family that Sagitta does not hold.
 */
public enum QuantizerType {
  /** 8 bits within a range of each dimension. */
  QT_8BIT(0, 8, Range.EACH, "SQ8"),
  /** 4 bits within a range of each dimension. */
  QT_4BIT(1, 4, Range.EACH, "SQ4"),
  /** 8 bits within one range for all dimensions. */
  QT_8BIT_UNIFORM(2, 8, Range.ONE, null),
  /** 4 bits within one range for all dimensions. */
  QT_4BIT_UNIFORM(3, 4, Range.ONE, null),
  /** IEEE half precision. */
  QT_FP16(4, 16, Range.NONE, "SQfp16"),
  /** Whole numbers 0 … 255 as they are. */
  QT_8BIT_DIRECT(5, 8, Range.NONE, "SQ8_direct"),
  /** 6 bits within a range of each dimension. */
  QT_6BIT(6, 6, Range.EACH, "SQ6"),
  /** The upper half of a float32. */
  QT_BF16(7, 16, Range.NONE, "SQbf16"),
  /** Whole numbers −128 … 127 as they are. */
  QT_8BIT_DIRECT_SIGNED(8, 8, Range.NONE, "SQ8_direct_signed"),
  /** Nothing is stored: inside an IVF, the distance is that to the centroid. */
  QT_0BIT(9, 0, Range.NONE, "SQ0"),
  /** TurboQuant, 1 bit: the nearest of 2 table values. */
  QT_1BIT_TQMSE(10, 1, Range.TABLE, "SQtqmse1"),
  /** TurboQuant, 2 bits: the nearest of 4 table values. */
  QT_2BIT_TQMSE(11, 2, Range.TABLE, "SQtqmse2"),
  /** TurboQuant, 3 bits: the nearest of 8 table values. */
  QT_3BIT_TQMSE(12, 3, Range.TABLE, "SQtqmse3"),
  /** TurboQuant, 4 bits: the nearest of 16 table values. */
  QT_4BIT_TQMSE(13, 4, Range.TABLE, "SQtqmse4"),
  /** TurboQuant, 8 bits: the nearest of 256 table values. */
  QT_8BIT_TQMSE(14, 8, Range.TABLE, "SQtqmse8"),
  /** TurboQuant with the residual's signs: 1 table bit, 1 sign, norms. */
  QT_2BIT_TQ(15, 2, Range.TABLE_AND_SIGNS, "SQtq2"),
  /** TurboQuant with the residual's signs: 2 table bits, 1 sign, norms. */
  QT_3BIT_TQ(16, 3, Range.TABLE_AND_SIGNS, "SQtq3"),
  /** TurboQuant with the residual's signs: 3 table bits, 1 sign, norms. */
  QT_4BIT_TQ(17, 4, Range.TABLE_AND_SIGNS, "SQtq4"),
  /** TurboQuant with the residual's signs: 4 table bits, 1 sign, norms. */
  QT_5BIT_TQ(18, 5, Range.TABLE_AND_SIGNS, "SQtq5");

  /** What a type learns. */
  enum Range {
    /** Nothing. */
    NONE,
    /** A minimum and an extent for all components. */
    ONE,
    /** A minimum and an extent for each dimension. */
    EACH,
    /** Table values and the borders between them. */
    TABLE,
    /** Table values, borders, and the seed and kind of a projection. */
    TABLE_AND_SIGNS
  }

  private static final QuantizerType[] BY_CODE = values();

  private final int code;
  private final int bits;
  private final Range range;
  private final @Nullable String factoryName;

  QuantizerType(int code, int bits, Range range, @Nullable String factoryName) {
    this.factoryName = factoryName;
    this.code = code;
    this.bits = bits;
    this.range = range;
  }

  /** FAISS's number, as in index files. */
  public int code() {
    return code;
  }

  /** Bits of a component. */
  public int bits() {
    return bits;
  }

  Range range() {
    return range;
  }

  /** Whether searches estimate products by more than the decoded vector (the TQ types). */
  public boolean estimatesProducts() {
    return range == Range.TABLE_AND_SIGNS;
  }

  /** Bits of the table part of a code: all but the residual's sign. */
  int tableBits() {
    return range == Range.TABLE_AND_SIGNS ? bits - 1 : bits;
  }

  /** Bytes of a code of d components. */
  public int codeSize(int d) {
    return range == Range.TABLE_AND_SIGNS
        ? bits * ((d + 7) / 8) + 8
        : (int) (((long) d * bits + 7) / 8);
  }

  /** Elements of the trained table for d dimensions. */
  public int trainedSize(int d) {
    return switch (range) {
      case NONE -> 0;
      case ONE -> 2;
      case EACH -> 2 * d;
      case TABLE -> (2 << bits) - 1;
      case TABLE_AND_SIGNS -> (2 << tableBits()) - 1 + 3;
    };
  }

  /** The type of FAISS's number, or null if Sagitta has none of it. */
  public static @Nullable QuantizerType ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
  }

  /** The name in factory strings, such as {@code SQ8}, or null: the uniform types have none. */
  public @Nullable String factoryName() {
    return factoryName;
  }

  /** The type of a factory name, or null if there is none. */
  public static @Nullable QuantizerType ofFactoryName(String name) {
    for (QuantizerType type : BY_CODE) {
      if (name.equals(type.factoryName)) {
        return type;
      }
    }
    return null;
  }
}
