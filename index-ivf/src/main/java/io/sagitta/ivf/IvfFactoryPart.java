package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code IVF1024,…}, {@code IVF1024_HNSW32,…}, {@code IVF1024(…),…}, {@code IMI2x10,…} and the
 * codes that may follow. Stateless.
 */
public final class IvfFactoryPart implements IndexFactoryPart {
  private static final Pattern COARSE =
      Pattern.compile("IVF([0-9]+)([kM]?)(?:_(HNSW[0-9]*)|_NSG[0-9]+|(\\(.*\\)))?");

  private static final Pattern MULTI = Pattern.compile("IMI2x([0-9]{1,6})");

  /** For {@link java.util.ServiceLoader}. */
  public IvfFactoryPart() {}

  @Override
  public int order() {
    return INVERTED;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    if (!description.startsWith("IVF") && !description.startsWith("IMI")) {
      return null;
    }
    int comma = commaOutsideParentheses(description);
    if (comma < 0) {
      return null;
    }
    Matcher multi = MULTI.matcher(description.substring(0, comma));
    if (multi.matches()) {
      IvfCode code = IvfCode.parse(description.substring(comma + 1), d, metric);
      return code == null
          ? null
          : multiIndex(d, Integer.parseInt(multi.group(1)), code, metric, metricArg);
    }
    Matcher m = COARSE.matcher(description.substring(0, comma));
    if (!m.matches()) {
      return null;
    }
    IvfCode code = IvfCode.parse(description.substring(comma + 1), d, metric);
    if (code == null) {
      return null;
    }
    long nlist = nlist(m.group(1), m.group(2));
    String inner = m.group(3);
    if (m.group(4) != null) {
      inner = m.group(4).substring(1, m.group(4).length() - 1);
    } else if (inner == null && m.group().contains("_NSG")) {
      throw new IllegalArgumentException("NSG quantizers are not supported: " + description);
    }
    Index quantizer = IndexFactory.create(d, inner == null ? "Flat" : inner, metric, metricArg);
    int mode = inner == null || inner.equals("Flat") ? 0 : 2;
    return over(quantizer, mode, code, d, nlist, metric, metricArg);
  }

  private static Index multiIndex(
      int d, int nbits, IvfCode code, MetricType metric, float metricArg) {
    if (metric != MetricType.L2) {
      throw new IllegalArgumentException("IMI measures L2, not " + metric);
    }
    if (nbits < 1 || nbits > 15) {
      throw new IllegalArgumentException(
          "IMI2x" + nbits + ": the bits must be in [1, 15], for fewer than 2^31 lists");
    }
    Index quantizer = new MultiIndexQuantizer(d, 2, nbits);
    return over(quantizer, 1, code, d, 1L << 2 * nbits, metric, metricArg);
  }

  /**
   * @param mode how the quantizer is trained
   */
  private static Index over(
      Index quantizer,
      int mode,
      IvfCode code,
      int d,
      long nlist,
      MetricType metric,
      float metricArg) {
    boolean done = false;
    try {
      IndexIVF index = code.build(quantizer, d, nlist, metric, metricArg);
      index.setQuantizerTrainsAlone(mode);
      done = true;
      return index;
    } finally {
      if (!done) {
        quantizer.close();
      }
    }
  }

  private static int commaOutsideParentheses(String s) {
    int depth = 0;
    for (int i = 0; i < s.length(); i++) {
      switch (s.charAt(i)) {
        case '(' -> depth++;
        case ')' -> depth--;
        case ',' -> {
          if (depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  private static long nlist(String digits, String unit) {
    try {
      long n = Long.parseLong(digits);
      return switch (unit) {
        case "k" -> Math.multiplyExact(n, 1024L);
        case "M" -> Math.multiplyExact(n, 1048576L);
        default -> n;
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("nlist " + digits + unit + " is out of range", e);
    }
  }

  @Override
  public List<String> examples() {
    return List.of(
        "IVF1024,Flat", "IVF1024,SQ8", "IVF64k_HNSW32,SQ8", "IVF256(HNSW16),Flat", "IMI2x10,PQ16");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexIVF ivf)) {
      return null;
    }
    String code = IvfCode.describe(ivf);
    if (code == null) {
      return null;
    }
    if (ivf.quantizer() instanceof MultiIndexQuantizer q && q.m() == 2) {
      return "IMI2x" + q.nbits() + "," + code;
    }
    String inner = IndexFactory.describe(ivf.quantizer());
    String coarse = "IVF" + ivf.nlist();
    if (inner.matches("HNSW[0-9]+,Flat")) {
      coarse += "_" + inner.substring(0, inner.indexOf(','));
    } else if (!inner.equals("Flat")) {
      coarse += "(" + inner + ")";
    }
    return coarse + "," + code;
  }
}
