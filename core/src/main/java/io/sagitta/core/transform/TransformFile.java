package io.sagitta.core.transform;

import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;

/**
 * A transform inside an index file (FAISS {@code write_VectorTransform}): fourcc, fields of the
 * kind, then dimensions and the trained flag. Stateless.
 *
 * <p>Every length is checked against the dimensions, which stand at the end, before anything is
 * built.
 */
public final class TransformFile {
  private static final int MAX_DIMENSION = 1 << 20;

  private TransformFile() {}

  private record Tail(int dIn, int dOut, boolean trained) {}

  private record Linear(boolean bias, float[] a, float[] b) {}

  /** Reads and checks. */
  public static VectorTransform read(IndexInput in) throws IOException {
    String fourcc = in.readFourcc();
    return switch (fourcc) {
      case "rrot", "LTra" -> readLinear(in, fourcc);
      case "Pcam", "PcAm", "PCAm" -> readPca(in, fourcc);
      case "Viqm" -> readItq(in);
      case "Viqt" -> readItqTransform(in);
      case "RmDT" -> readRemap(in);
      case "VNrm" -> readNormalization(in);
      case "VCnt" -> readCentering(in);
      case "HRot" -> readHadamard(in);
      default -> throw in.bad("\"" + fourcc + "\" is no vector transform");
    };
  }

  private static Tail tail(IndexInput in) throws IOException {
    int dIn = in.readInt();
    int dOut = in.readInt();
    if (dIn < 1 || dIn > MAX_DIMENSION || dOut < 1 || dOut > MAX_DIMENSION) {
      throw in.bad("a transform from " + dIn + " to " + dOut + " dimensions");
    }
    return new Tail(dIn, dOut, in.readBoolean());
  }

  private static Linear linear(IndexInput in) throws IOException {
    return new Linear(in.readBoolean(), in.readFloatVector(), in.readFloatVector());
  }

  private static void check(IndexInput in, Linear l, Tail t) throws IOException {
    boolean empty = !t.trained() && l.a().length == 0;
    if (!empty && l.a().length != (long) t.dIn() * t.dOut()) {
      throw in.bad(
          l.a().length
              + " matrix elements do not map "
              + t.dIn()
              + " to "
              + t.dOut()
              + " dimensions");
    }
    if (l.b().length != 0 && l.b().length != t.dOut()) {
      throw in.bad(l.b().length + " bias elements for " + t.dOut() + " dimensions");
    }
    if (l.bias() && t.trained() && l.b().length == 0) {
      throw in.bad("a bias is promised and missing");
    }
  }

  private static VectorTransform readLinear(IndexInput in, String fourcc) throws IOException {
    Linear l = linear(in);
    Tail t = tail(in);
    check(in, l, t);
    float[] b = l.bias() ? l.b() : new float[0];
    if (fourcc.equals("rrot")) {
      return t.trained()
          ? new RandomRotationMatrix(t.dIn(), t.dOut(), l.a(), b)
          : new RandomRotationMatrix(t.dIn(), t.dOut());
    }
    if (!t.trained()) {
      // FAISS saves an untrained OPQ like this and forgets its settings: it can never be trained.
      throw in.bad("an untrained linear transform");
    }
    return new LinearTransform(t.dIn(), t.dOut(), l.a(), b);
  }

  private static VectorTransform readPca(IndexInput in, String fourcc) throws IOException {
    float power = in.readFloat();
    float epsilon = fourcc.equals("Pcam") ? in.readFloat() : 0;
    boolean rotation = in.readBoolean();
    int bins = fourcc.equals("PCAm") ? 0 : in.readInt();
    float[] mean = in.readFloatVector();
    float[] eigenvalues = in.readFloatVector();
    float[] components = in.readFloatVector();
    Linear l = linear(in);
    Tail t = tail(in);
    check(in, l, t);
    if (mean.length != 0 && mean.length != t.dIn()) {
      throw in.bad("a mean of " + mean.length + " elements for " + t.dIn() + " dimensions");
    }
    if (bins != 0 && (rotation || bins < 0 || t.dOut() % bins != 0)) {
      throw in.bad("balanced_bins " + bins + " for " + t.dOut() + " dimensions");
    }
    PCAMatrix.Settings settings = new PCAMatrix.Settings(power, epsilon, rotation, bins);
    return PCAMatrix.of(
        t.dIn(),
        t.dOut(),
        settings,
        new float[][] {mean, eigenvalues, components},
        t.trained() ? l.a() : new float[0],
        l.bias() ? l.b() : new float[0]);
  }

  private static ITQMatrix readItq(IndexInput in) throws IOException {
    int iterations = in.readInt();
    int seed = in.readInt();
    Linear l = linear(in);
    Tail t = tail(in);
    check(in, l, t);
    if (t.dIn() != t.dOut() || iterations < 0) {
      throw in.bad(
          "an ITQ matrix from "
              + t.dIn()
              + " to "
              + t.dOut()
              + " dimensions, max_iter "
              + iterations);
    }
    ITQMatrix itq = new ITQMatrix(t.dIn(), iterations, seed);
    if (t.trained()) {
      itq.set(l.a(), l.bias() ? l.b() : new float[0]);
    }
    return itq;
  }

  private static VectorTransform readItqTransform(IndexInput in) throws IOException {
    float[] mean = in.readFloatVector();
    boolean pca = in.readBoolean();
    String first = in.readFourcc();
    if (!first.equals("Viqm")) {
      throw in.bad("an ITQ transform holds \"" + first + "\" instead of Viqm");
    }
    ITQMatrix itq = readItq(in);
    String second = in.readFourcc();
    if (!second.equals("LTra")) {
      throw in.bad("an ITQ transform holds \"" + second + "\" instead of LTra");
    }
    Linear whole = linear(in);
    Tail wholeTail = tail(in);
    check(in, whole, wholeTail);
    Tail t = tail(in);
    if (!t.trained()) {
      return new ITQTransform(t.dIn(), t.dOut(), pca);
    }
    if (mean.length != t.dIn()
        || wholeTail.dIn() != t.dIn()
        || wholeTail.dOut() != t.dOut()
        || whole.a().length == 0
        || itq.dIn() != t.dOut()
        || (!pca && t.dIn() != t.dOut())) {
      throw in.bad(
          "an ITQ transform from "
              + t.dIn()
              + " to "
              + t.dOut()
              + " dimensions holds a matrix from "
              + wholeTail.dIn()
              + " to "
              + wholeTail.dOut()
              + " and a mean of "
              + mean.length);
    }
    LinearTransform matrix =
        new LinearTransform(t.dIn(), t.dOut(), whole.a(), whole.bias() ? whole.b() : new float[0]);
    return ITQTransform.of(t.dIn(), t.dOut(), pca, mean, itq, matrix);
  }

  private static VectorTransform readRemap(IndexInput in) throws IOException {
    int[] map = in.readIntVector();
    Tail t = tail(in);
    if (map.length < t.dOut()) {
      throw in.bad("a map of " + map.length + " dimensions for " + t.dOut());
    }
    int[] used = java.util.Arrays.copyOf(map, t.dOut());
    for (int v : used) {
      if (v < -1 || v >= t.dIn()) {
        throw in.bad("a dimension map points to " + v + " of " + t.dIn());
      }
    }
    return new RemapDimensionsTransform(t.dIn(), used);
  }

  private static VectorTransform readNormalization(IndexInput in) throws IOException {
    float norm = in.readFloat();
    Tail t = tail(in);
    if (norm != 2f || t.dIn() != t.dOut()) {
      throw in.bad(
          "a normalisation by norm "
              + norm
              + " from "
              + t.dIn()
              + " to "
              + t.dOut()
              + " dimensions (norm 2 is supported)");
    }
    return new NormalizationTransform(t.dIn());
  }

  private static VectorTransform readCentering(IndexInput in) throws IOException {
    float[] mean = in.readFloatVector();
    Tail t = tail(in);
    if (t.dIn() != t.dOut() || (t.trained() && mean.length < t.dIn())) {
      throw in.bad(
          "a centring from "
              + t.dIn()
              + " to "
              + t.dOut()
              + " dimensions with a mean of "
              + mean.length);
    }
    return t.trained()
        ? new CenteringTransform(java.util.Arrays.copyOf(mean, t.dIn()))
        : new CenteringTransform(t.dIn());
  }

  private static VectorTransform readHadamard(IndexInput in) throws IOException {
    int seed = in.readInt();
    Tail t = tail(in);
    if (t.dOut() != HadamardRotation.paddedDimension(t.dIn())) {
      throw in.bad("a Hadamard rotation from " + t.dIn() + " to " + t.dOut() + " dimensions");
    }
    return new HadamardRotation(t.dIn(), seed);
  }

  /** Writes. */
  public static void write(VectorTransform t, IndexOutput out) throws IOException {
    switch (t) {
      case RandomRotationMatrix r -> {
        out.writeFourcc("rrot");
        writeLinear(r, out);
      }
      case PCAMatrix p -> writePca(p, out);
      case ITQMatrix q -> writeItq(q, out);
      case LinearTransform l -> {
        out.writeFourcc("LTra");
        writeLinear(l, out);
      }
      case ITQTransform q -> writeItqTransform(q, out);
      case RemapDimensionsTransform r -> {
        out.writeFourcc("RmDT");
        out.writeIntVector(r.map());
      }
      case NormalizationTransform n -> {
        out.writeFourcc("VNrm");
        out.writeFloat(2f);
      }
      case CenteringTransform c -> {
        out.writeFourcc("VCnt");
        out.writeFloatVector(c.mean());
      }
      case HadamardRotation h -> {
        out.writeFourcc("HRot");
        out.writeInt(h.seed());
      }
      default ->
          throw new UnsupportedOperationException(
              t.getClass().getSimpleName() + " cannot be written to a file");
    }
    writeTail(t, out);
  }

  private static void writeTail(VectorTransform t, IndexOutput out) throws IOException {
    out.writeInt(t.dIn());
    out.writeInt(t.dOut());
    out.writeBoolean(t.isTrained());
  }

  private static void writeLinear(LinearTransform l, IndexOutput out) throws IOException {
    boolean bias = l instanceof PCAMatrix || l.b().length > 0;
    out.writeBoolean(bias);
    out.writeFloatVector(l.a());
    out.writeFloatVector(l.b());
  }

  private static void writePca(PCAMatrix p, IndexOutput out) throws IOException {
    out.writeFourcc("Pcam");
    out.writeFloat(p.settings().eigenPower());
    out.writeFloat(p.settings().epsilon());
    out.writeBoolean(p.settings().randomRotation());
    out.writeInt(p.settings().balancedBins());
    out.writeFloatVector(p.mean());
    out.writeFloatVector(p.eigenvalues());
    out.writeFloatVector(p.components());
    writeLinear(p, out);
  }

  private static void writeItq(ITQMatrix q, IndexOutput out) throws IOException {
    out.writeFourcc("Viqm");
    out.writeInt(q.iterations());
    out.writeInt(q.seed());
    writeLinear(q, out);
  }

  private static void writeItqTransform(ITQTransform q, IndexOutput out) throws IOException {
    out.writeFourcc("Viqt");
    out.writeFloatVector(q.mean());
    out.writeBoolean(q.doPca());
    writeItq(q.itq(), out);
    writeTail(q.itq(), out);
    LinearTransform whole = q.whole();
    out.writeFourcc("LTra");
    if (whole != null) {
      writeLinear(whole, out);
      writeTail(whole, out);
    } else {
      out.writeBoolean(false);
      out.writeFloatVector(new float[0]);
      out.writeFloatVector(new float[0]);
      out.writeInt(q.dIn());
      out.writeInt(q.dOut());
      out.writeBoolean(false);
    }
  }
}
