package io.sagitta.core.codec;

import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Codes each component of a vector on its own, in 0 to 16 bits: FAISS's {@code ScalarQuantizer},
 * with its codes byte for byte.
 *
 * <p>{@link #train} is for one thread and nobody else meanwhile; everything else is safe for all
 * threads. Holds nothing off heap. Codes are those of FAISS's scalar rule; FAISS's own SIMD levels
 * may differ from it by one in a few codes of a million.
 */
public final class ScalarQuantizer implements VectorCodec {
  private static final int BLOCK_ROWS = 256;
  private static final float[] NO_SCRATCH = {};

  /** Room of one thread for decoding row by row. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scratch(byte[] code, float[] floats) {}

  private final int d;
  private final QuantizerType type;
  private final RangeStat rangeStat;
  private final float rangeArgument;
  private final int codeSize;
  private float[] trained;
  private boolean isTrained;
  private @Nullable TurboQuant turbo;
  private volatile @Nullable VectorByteDecoder bulk;
  private final AtomicReference<@Nullable Scratch> idle = new AtomicReference<>();

  /**
   * An untrained quantizer (trained already, if the type learns nothing) with FAISS's default
   * range: minimum to maximum.
   *
   * @param d components, ≥ 1
   */
  public ScalarQuantizer(int d, QuantizerType type) {
    this(d, type, RangeStat.MINMAX, 0);
  }

  /**
   * An untrained quantizer (trained already, if the type learns nothing).
   *
   * @param d components, ≥ 1
   * @param rangeArgument see {@link RangeStat}
   * @throws IllegalArgumentException if d is below 1
   */
  public ScalarQuantizer(int d, QuantizerType type, RangeStat rangeStat, float rangeArgument) {
    if (d < 1) {
      throw new IllegalArgumentException("dimension d = " + d + " must be at least 1");
    }
    this.d = d;
    this.type = type;
    this.rangeStat = rangeStat;
    this.rangeArgument = rangeArgument;
    codeSize = type.codeSize(d);
    trained = new float[0];
    isTrained = type.range() == QuantizerType.Range.NONE;
  }

  /**
   * A trained quantizer from its table, as found in a file.
   *
   * @param trained {@link QuantizerType#trainedSize} elements
   * @throws IllegalArgumentException if the table has another size
   */
  public static ScalarQuantizer ofTrained(
      int d, QuantizerType type, RangeStat rangeStat, float rangeArgument, float[] trained) {
    ScalarQuantizer sq = new ScalarQuantizer(d, type, rangeStat, rangeArgument);
    if (trained.length != type.trainedSize(d)) {
      throw new IllegalArgumentException(
          type + " needs " + type.trainedSize(d) + " trained elements, got " + trained.length);
    }
    sq.setTrained(trained.clone());
    return sq;
  }

  private void setTrained(float[] table) {
    trained = table;
    bulk = null;
    turbo =
        switch (type.range()) {
          case TABLE, TABLE_AND_SIGNS -> new TurboQuant(d, type, table);
          default -> null;
        };
    isTrained = true;
  }

  @Override
  public int d() {
    return d;
  }

  @Override
  public int codeSize() {
    return codeSize;
  }

  @Override
  public boolean isTrained() {
    return isTrained;
  }

  /** How a component is coded. */
  public QuantizerType type() {
    return type;
  }

  /** How ranges are estimated. */
  public RangeStat rangeStat() {
    return rangeStat;
  }

  /** The argument of {@link #rangeStat()}. */
  public float rangeArgument() {
    return rangeArgument;
  }

  /** The learnt table in FAISS's layout (minima then extents, or table values then borders). */
  public float[] trained() {
    return trained.clone();
  }

  /**
   * Learns the ranges.
   *
   * @param x at least one vector; for uniform types with a statistic other than minimum and maximum
   *     at most 2^31 − 9 components in all
   * @throws IllegalArgumentException if x is empty, too large or of another dimension
   */
  @Override
  public void train(Vectors x, ProgressListener listener) {
    checkDimension(x);
    int levels = 1 << Math.min(16, type.bits());
    switch (type.range()) {
      case NONE -> isTrained = true;
      case ONE -> {
        checkNotEmpty(x);
        setTrained(ScalarRange.uniform(rangeStat, rangeArgument, levels, x));
      }
      case EACH -> {
        checkNotEmpty(x);
        setTrained(ScalarRange.each(rangeStat, rangeArgument, levels, x, listener));
      }
      case TABLE, TABLE_AND_SIGNS -> setTrained(LloydMax.trained(type, d));
    }
  }

  private static void checkNotEmpty(Vectors x) {
    if (x.n() == 0) {
      throw new IllegalArgumentException(
          "a scalar quantizer needs at least 1 training vector, got 0");
    }
  }

  private void checkDimension(Vectors x) {
    if (x.d() != d) {
      throw new IllegalArgumentException(
          "vectors have dimension " + x.d() + ", the scalar quantizer " + d);
    }
  }

  private void checkTrained(String verb) {
    if (!isTrained) {
      throw new IllegalStateException(
          verb + " before train: the " + type + " quantizer has no ranges");
    }
  }

  @Override
  public void encode(Vectors x, MemorySegment codes, long offset) {
    checkTrained("encode");
    checkDimension(x);
    Parallelism.forRange(
        x.n(),
        BLOCK_ROWS,
        (from, to) -> {
          float[] row = new float[d];
          byte[] code = new byte[codeSize];
          for (long i = from; i < to; i++) {
            MemorySegment.copy(x.data(), Vectors.FLOAT, x.offset(i), row, 0, d);
            encodeRow(row, 0, code);
            MemorySegment.copy(
                code, 0, codes, ValueLayout.JAVA_BYTE, offset + i * codeSize, codeSize);
          }
        });
  }

  /**
   * Encodes one vector from an array; no checks but the arrays' own.
   *
   * @param code receives {@link #codeSize()} bytes
   */
  public void encodeRow(float[] x, int at, byte[] code) {
    TurboQuant t = turbo;
    if (t != null) {
      t.encode(x, at, code);
    } else if (type != QuantizerType.QT_0BIT) {
      SqCodes.encode(type, trained, each(), x, at, d, code);
    }
  }

  @Override
  public void decode(long n, MemorySegment codes, long offset, MemorySegment out, long outOffset) {
    checkTrained("decode");
    Parallelism.forRange(
        n,
        BLOCK_ROWS,
        (from, to) -> {
          float[] row = new float[d];
          byte[] code = new byte[codeSize];
          float[] scratch = new float[scratchSize()];
          for (long i = from; i < to; i++) {
            MemorySegment.copy(
                codes, ValueLayout.JAVA_BYTE, offset + i * codeSize, code, 0, codeSize);
            decodeRow(code, 0, row, 0, scratch);
            MemorySegment.copy(row, 0, out, Vectors.FLOAT, outOffset + i * d * 4, d);
          }
        });
  }

  /**
   * Decodes one vector from an array; no checks but the arrays' own.
   *
   * @param code the code starts at index {@code from}
   * @param x receives d elements from {@code at} on
   */
  public void decodeRow(byte[] code, int from, float[] x, int at) {
    TurboQuant t = turbo;
    decodeRow(code, from, x, at, t == null ? NO_SCRATCH : new float[t.scratchSize()]);
  }

  /**
   * As {@link #decodeRow(byte[], int, float[], int)}, without allocating.
   *
   * @param scratch {@link #scratchSize()} floats, of this call alone
   */
  void decodeRow(byte[] code, int from, float[] x, int at, float[] scratch) {
    TurboQuant t = turbo;
    if (t != null) {
      t.decode(code, from, x, at, scratch);
    } else if (type == QuantizerType.QT_0BIT) {
      java.util.Arrays.fill(x, at, at + d, 0f);
    } else {
      SqCodes.decode(type, trained, each(), code, from, d, x, at);
    }
  }

  @Override
  public void decodeRows(int n, MemorySegment codes, long offset, float[] out) {
    VectorByteDecoder fast = bulk;
    if (fast == null && SqScorers.decodesBytes(type) && isTrained) {
      fast = new VectorByteDecoder(this);
      bulk = fast;
    }
    if (fast != null) {
      fast.decode(n, codes, offset, out);
      return;
    }
    Scratch mine = idle.getAndSet(null);
    if (mine == null || mine.floats.length < scratchSize()) {
      mine = new Scratch(new byte[codeSize], new float[scratchSize()]);
    }
    byte[] code = mine.code;
    for (int i = 0; i < n; i++) {
      MemorySegment.copy(
          codes, ValueLayout.JAVA_BYTE, offset + (long) i * codeSize, code, 0, codeSize);
      decodeRow(code, 0, out, i * d, mine.floats);
    }
    idle.set(mine);
  }

  /** How many floats decoding a row needs room for. */
  int scratchSize() {
    TurboQuant t = turbo;
    return t == null ? 0 : t.scratchSize();
  }

  /** The coder of the table types; null for the others. */
  @Nullable TurboQuant turbo() {
    return turbo;
  }

  private boolean each() {
    return type.range() == QuantizerType.Range.EACH;
  }

  /**
   * The affine reading of code value c in dimension j: minimum + (c + ½)·step; see {@link #step}.
   */
  float minimum(int j) {
    return switch (type) {
      case QT_8BIT_DIRECT_SIGNED -> -128.5f;
      case QT_8BIT_DIRECT -> -0.5f;
      case QT_FP16, QT_BF16 -> -0.5f;
      default -> each() ? trained[j] : trained[0];
    };
  }

  /** What one code value more adds in dimension j. */
  float step(int j) {
    return switch (type) {
      case QT_8BIT, QT_8BIT_UNIFORM -> (each() ? trained[d + j] : trained[1]) / 255f;
      case QT_6BIT -> trained[d + j] / 63f;
      case QT_4BIT, QT_4BIT_UNIFORM -> (each() ? trained[d + j] : trained[1]) / 15f;
      default -> 1f;
    };
  }

  @Override
  public CodeScorer scorer(MetricType metric, float metricArg) {
    checkTrained("search");
    if (metric != MetricType.L2 && metric != MetricType.INNER_PRODUCT) {
      throw new IllegalArgumentException(
          "scalar quantizer codes can be measured by L2 or inner product, not by " + metric);
    }
    return SqScorers.create(this, metric == MetricType.INNER_PRODUCT);
  }

  @Override
  public ScalarQuantizer copy() {
    ScalarQuantizer copy = new ScalarQuantizer(d, type, rangeStat, rangeArgument);
    if (isTrained) {
      copy.setTrained(trained.clone());
    }
    return copy;
  }
}
