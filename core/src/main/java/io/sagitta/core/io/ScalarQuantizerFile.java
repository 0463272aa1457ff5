package io.sagitta.core.io;

import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.codec.RangeStat;
import io.sagitta.core.codec.ScalarQuantizer;
import java.io.IOException;

/** A scalar quantizer inside an index file (FAISS {@code write_ScalarQuantizer}). Stateless. */
public final class ScalarQuantizerFile {
  private ScalarQuantizerFile() {}

  /**
   * Reads and checks. The stored code size is ignored, as in FAISS.
   *
   * @param d the index's dimension
   * @param isTrained what the index header says
   */
  public static ScalarQuantizer read(IndexInput in, int d, boolean isTrained) throws IOException {
    int typeCode = in.readInt();
    int statCode = in.readInt();
    float argument = in.readFloat();
    long dimension = in.readLong();
    in.readLong();
    float[] trained = in.readFloatVector();
    QuantizerType type = QuantizerType.ofCode(typeCode);
    if (type == null) {
      throw in.bad("quantizer type " + typeCode + " is unknown or not supported (0..18)");
    }
    RangeStat stat = RangeStat.ofCode(statCode);
    if (stat == null) {
      throw in.bad("range statistic " + statCode + " is not in [0, 3]");
    }
    if (dimension != d) {
      throw in.bad("the scalar quantizer has dimension " + dimension + ", the index " + d);
    }
    int expected = type.trainedSize(d);
    if (trained.length == 0 && expected > 0 && !isTrained) {
      return new ScalarQuantizer(d, type, stat, argument);
    }
    if (trained.length != expected || (expected > 0 && !isTrained)) {
      throw in.bad(
          "a table of "
              + trained.length
              + " elements does not fit "
              + (isTrained ? "a trained " : "an untrained ")
              + type
              + " of dimension "
              + d);
    }
    return ScalarQuantizer.ofTrained(d, type, stat, argument, trained);
  }

  /** Writes. */
  public static void write(ScalarQuantizer sq, IndexOutput out) throws IOException {
    out.writeInt(sq.type().code());
    out.writeInt(sq.rangeStat().code());
    out.writeFloat(sq.rangeArgument());
    out.writeLong(sq.d());
    out.writeLong(sq.codeSize());
    out.writeFloatVector(sq.trained());
  }
}
