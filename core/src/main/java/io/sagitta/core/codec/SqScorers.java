package io.sagitta.core.codec;

import io.sagitta.core.kernel.Kernels;

/** Chooses the scorer for a scalar quantizer's type and this JVM's kernels. */
final class SqScorers {
  /** Code vectors are widened to as many 32-bit lanes; below 256 bits they would not fill one. */
  private static final boolean VECTOR = Kernels.vectorBits() >= 256;

  private SqScorers() {}

  /** Whether codes are one byte a component and vector registers are there to widen them. */
  static boolean decodesBytes(QuantizerType type) {
    return VECTOR
        && switch (type) {
          case QT_8BIT, QT_8BIT_UNIFORM, QT_8BIT_DIRECT, QT_8BIT_DIRECT_SIGNED -> true;
          default -> false;
        };
  }

  static CodeScorer create(ScalarQuantizer sq, boolean innerProduct) {
    if (!VECTOR) {
      return new DecodingScorer(sq, innerProduct);
    }
    return switch (sq.type()) {
      case QT_8BIT, QT_8BIT_UNIFORM, QT_8BIT_DIRECT, QT_8BIT_DIRECT_SIGNED ->
          VectorShortByteScorer.suits(sq.d())
              ? new VectorShortByteScorer(sq, innerProduct)
              : new VectorByteScorer(sq, innerProduct);
      case QT_4BIT, QT_4BIT_UNIFORM ->
          VectorLaneNibbleScorer.suits(sq.d())
              ? new VectorLaneNibbleScorer(sq, innerProduct)
              : new VectorNibbleScorer(sq, innerProduct);
      case QT_6BIT -> new VectorSixBitScorer(sq, innerProduct);
      case QT_FP16 ->
          VectorLaneHalfScorer.suits(sq.d())
              ? new VectorLaneHalfScorer(sq, innerProduct)
              : new VectorHalfScorer(sq, innerProduct);
      case QT_BF16 ->
          VectorLaneBfloatScorer.suits(sq.d())
              ? new VectorLaneBfloatScorer(sq, innerProduct)
              : new VectorBfloatScorer(sq, innerProduct);
      default -> new DecodingScorer(sq, innerProduct);
    };
  }
}
