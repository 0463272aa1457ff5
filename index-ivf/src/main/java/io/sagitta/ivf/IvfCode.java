package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.codec.QuantizerType;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What follows the comma of an IVF factory string: how the lists are coded. */
interface IvfCode {
  /** FAISS's names of scalar quantizers. */
  Map<String, QuantizerType> SCALAR =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("SQ8", QuantizerType.QT_8BIT),
              Map.entry("SQ4", QuantizerType.QT_4BIT),
              Map.entry("SQ6", QuantizerType.QT_6BIT),
              Map.entry("SQfp16", QuantizerType.QT_FP16),
              Map.entry("SQbf16", QuantizerType.QT_BF16),
              Map.entry("SQ8_direct", QuantizerType.QT_8BIT_DIRECT),
              Map.entry("SQ8_direct_signed", QuantizerType.QT_8BIT_DIRECT_SIGNED),
              Map.entry("SQ0", QuantizerType.QT_0BIT),
              Map.entry("SQtqmse1", QuantizerType.QT_1BIT_TQMSE),
              Map.entry("SQtqmse2", QuantizerType.QT_2BIT_TQMSE),
              Map.entry("SQtqmse3", QuantizerType.QT_3BIT_TQMSE),
              Map.entry("SQtqmse4", QuantizerType.QT_4BIT_TQMSE),
              Map.entry("SQtqmse8", QuantizerType.QT_8BIT_TQMSE),
              Map.entry("SQtq2", QuantizerType.QT_2BIT_TQ),
              Map.entry("SQtq3", QuantizerType.QT_3BIT_TQ),
              Map.entry("SQtq4", QuantizerType.QT_4BIT_TQ),
              Map.entry("SQtq5", QuantizerType.QT_5BIT_TQ)));

  /** {@code PQ16}, {@code PQ16x12}; np leaves polysemous training out. */
  Pattern PQ = Pattern.compile("PQ([0-9]+)(?:x([0-9]+))?(np)?");

  /** FAISS's names of codes that are refined by a second product quantizer. */
  Pattern REFINED = Pattern.compile("PQ[0-9]+\\+[0-9]+");

  /** Builds the index. */
  IndexIVF build(Index quantizer, int d, long nlist, MetricType metric, float metricArg);

  /** The code of a text, or null if it is none of this module's. */
  static @Nullable IvfCode parse(String text, int d, MetricType metric) {
    if (text.equals("Flat")) {
      return (q, dim, n, m, arg) -> new IndexIVFFlat(q, dim, n, m, arg);
    }
    if (text.equals("Cosine")) {
      if (metric != MetricType.INNER_PRODUCT) {
        throw new IllegalArgumentException(
            "Cosine goes with the metric INNER_PRODUCT, not " + metric);
      }
      return (q, dim, n, m, arg) -> new IndexIVFCosine(q, dim, n);
    }
    IvfCode fast = FastCodes.parse(text);
    if (fast != null) {
      return fast;
    }
    QuantizerType type = SCALAR.get(text);
    if (type != null) {
      return (q, dim, n, m, arg) -> new IndexIVFScalarQuantizer(q, dim, n, type, m);
    }
    if (text.equals("FlatDedup") || REFINED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          text
              + ": "
              + (text.equals("FlatDedup") ? "IndexIVFFlatDedup" : "IndexIVFPQR")
              + " is read from files and searched, not built");
    }
    Matcher pq = PQ.matcher(text);
    if (pq.matches()) {
      int parts = number(pq.group(1));
      int bits = pq.group(2) == null ? 8 : number(pq.group(2));
      PolysemousTraining training = pq.group(3) == null ? PolysemousTraining.DEFAULTS : null;
      return (q, dim, n, m, arg) -> {
        IndexIVFPQ index = new IndexIVFPQ(q, dim, n, parts, bits, m);
        index.setPolysemousTraining(training);
        return index;
      };
    }
    return null;
  }

  private static int number(String digits) {
    return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
  }

  /** The text of an index's code, or null if there is none. */
  static @Nullable String describe(IndexIVF index) {
    if (index instanceof IndexIVFFlat) {
      return "Flat";
    }
    if (index instanceof IndexIVFCosine) {
      return "Cosine";
    }
    String fast = FastCodes.describe(index);
    if (fast != null) {
      return fast;
    }
    if (index instanceof IndexIVFScalarQuantizer sq) {
      for (Map.Entry<String, QuantizerType> e : SCALAR.entrySet()) {
        if (e.getValue() == sq.scalarQuantizer().type()) {
          return e.getKey();
        }
      }
    }
    if (index.getClass() == IndexIVFPQ.class) {
      ProductQuantizer q = ((IndexIVFPQ) index).productQuantizer();
      return "PQ" + q.m() + "x" + q.nbits() + "np";
    }
    return null;
  }
}
