package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * FAISS's descriptions of families that Sagitta does not hold: asked last, refuses them by name.
 * Stateless.
 */
public final class AbsentFactoryPart implements IndexFactoryPart {
  private static final int LAST = 10_000;

  private static final Map<Pattern, String> ABSENT =
      Map.ofEntries(
          Map.entry(
              Pattern.compile("(.*,)?LSH\\d*r?t?"), "indexes of locality-sensitive hashing (LSH)"),
          Map.entry(Pattern.compile("(.*[,_])?NSG\\d*([,_].*)?"), "NSG graphs"),
          Map.entry(Pattern.compile("(.*,)?NNDescent.*"), "NN-descent graphs"),
          Map.entry(Pattern.compile("(.*,)?ZnLattice.*"), "lattice codes"),
          Map.entry(
              Pattern.compile("(.*,)?(P?RQ|P?LSQ|RCQ|LSCQ)\\d+x\\d+.*"), "additive quantizers"),
          Map.entry(Pattern.compile("(.*,)?EDEN\\d*(BIAS(ED)?)?"), "EDEN codes"),
          Map.entry(Pattern.compile("(.*,)?SVS.*"), "SVS indexes"),
          Map.entry(Pattern.compile("(.*,)?SH([-0-9.e]+)?[gcm]?"), "codes of spectral hashing"),
          Map.entry(Pattern.compile("Residual\\d+(x\\d+)?,.*"), "two-layer codes (Residual)"),
          Map.entry(Pattern.compile("MinMax(FP16)?,.*"), "row-wise min-max codes"),
          Map.entry(Pattern.compile("B(Flat|IVF|HNSW|Hash).*"), "binary indexes"));

  /** For {@link java.util.ServiceLoader}. */
  public AbsentFactoryPart() {}

  @Override
  public int order() {
    return LAST;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    for (Map.Entry<Pattern, String> absent : ABSENT.entrySet()) {
      if (absent.getKey().matcher(description).matches()) {
        throw new IllegalArgumentException(
            "\"" + description + "\": " + absent.getValue() + " are not part of Sagitta");
      }
    }
    return null;
  }

  @Override
  public List<String> examples() {
    return List.of();
  }

  @Override
  public @Nullable String describe(Index index) {
    return null;
  }
}
