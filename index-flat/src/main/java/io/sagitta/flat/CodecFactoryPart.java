package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PolysemousTraining;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.codec.QuantizerType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code SQ8} and the other scalar quantizers; {@code PQ16}, {@code PQ16x6}, {@code PQ16np}.
 * Stateless.
 */
public final class CodecFactoryPart implements IndexFactoryPart {
  private static final Pattern PQ = Pattern.compile("PQ(\\d{1,6})(?:x(\\d{1,2}))?(np)?");

  /** For {@link java.util.ServiceLoader}. */
  public CodecFactoryPart() {}

  @Override
  public int order() {
    return BASIC;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    QuantizerType type = QuantizerType.ofFactoryName(description);
    if (type != null) {
      return new IndexScalarQuantizer(d, type, metric);
    }
    Matcher m = PQ.matcher(description);
    if (!m.matches()) {
      return null;
    }
    int bits = m.group(2) == null ? 8 : Integer.parseInt(m.group(2));
    IndexPQ pq = new IndexPQ(d, Integer.parseInt(m.group(1)), bits, metric);
    if (m.group(3) == null) {
      pq.setPolysemousTraining(PolysemousTraining.DEFAULTS);
    }
    return pq;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "SQ8",
        "SQ4",
        "SQ6",
        "SQfp16",
        "SQbf16",
        "SQ8_direct",
        "SQ8_direct_signed",
        "SQtqmse4",
        "SQtq4",
        "PQ16",
        "PQ16x6",
        "PQ16np");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (index instanceof IndexScalarQuantizer sq) {
      return sq.scalarQuantizer().type().factoryName();
    }
    if (index instanceof IndexPQ pq) {
      ProductQuantizer q = pq.productQuantizer();
      return "PQ" + q.m() + "x" + q.nbits();
    }
    return null;
  }
}
