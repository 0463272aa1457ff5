package io.sagitta.cli;

import io.sagitta.core.MetricType;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** Metric names as people write them: {@code l2}, {@code ip}, {@code l1}, {@code lp:3} … */
final class MetricConverter implements ITypeConverter<MetricConverter.Metric> {
  static final String NAMES =
      "l2, ip, l1, linf, lp:P, canberra, braycurtis, jensenshannon, jaccard, naneuclidean, gower";

  /** A metric with its argument. */
  record Metric(MetricType type, float argument) {}

  @Override
  public Metric convert(String text) {
    String name = text.toLowerCase(Locale.ROOT).replace("_", "");
    float argument = 0;
    int colon = name.indexOf(':');
    if (colon >= 0) {
      argument = Float.parseFloat(name.substring(colon + 1));
      name = name.substring(0, colon);
    }
    if (name.equals("ip")) {
      return new Metric(MetricType.INNER_PRODUCT, argument);
    }
    for (MetricType m : MetricType.values()) {
      if (m.name().toLowerCase(Locale.ROOT).replace("_", "").equals(name)) {
        return new Metric(m, argument);
      }
    }
    throw new IllegalArgumentException("metric \"" + text + "\" is none of: " + NAMES);
  }
}
