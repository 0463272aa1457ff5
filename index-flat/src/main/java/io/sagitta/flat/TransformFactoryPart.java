package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.factory.IndexFactoryPart;
import io.sagitta.core.transform.HadamardRotation;
import io.sagitta.core.transform.ITQTransform;
import io.sagitta.core.transform.NormalizationTransform;
import io.sagitta.core.transform.OPQMatrix;
import io.sagitta.core.transform.PCAMatrix;
import io.sagitta.core.transform.RandomRotationMatrix;
import io.sagitta.core.transform.RemapDimensionsTransform;
import io.sagitta.core.transform.VectorTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Leading transforms: {@code PCA64}, {@code PCAR64}, {@code PCAW64}, {@code PCAWR64}, {@code
 * L2norm}, {@code RR}, {@code RR64}, {@code HR}, {@code HR7}, {@code ITQ}, {@code ITQ64}, {@code
 * OPQ16}, {@code OPQ16_64}, {@code Pad128}. Stateless.
 */
public final class TransformFactoryPart implements IndexFactoryPart {
  private static final Pattern PCA = Pattern.compile("PCA(W?)(R?)(\\d{1,7})");
  private static final Pattern ROTATION = Pattern.compile("RR(\\d{1,7})?");
  private static final Pattern HADAMARD = Pattern.compile("HR(\\d{1,9})?");
  private static final Pattern ITQ = Pattern.compile("ITQ(\\d{1,7})?");
  private static final Pattern OPQ = Pattern.compile("OPQ(\\d{1,6})(?:_(\\d{1,7}))?");
  private static final Pattern PAD = Pattern.compile("Pad(\\d{1,7})");

  /** For {@link java.util.ServiceLoader}. */
  public TransformFactoryPart() {}

  @Override
  public int order() {
    return TRANSFORM;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    List<VectorTransform> chain = new ArrayList<>();
    String rest = description;
    int at = d;
    for (int comma = rest.indexOf(','); comma > 0; comma = rest.indexOf(',')) {
      VectorTransform t = transform(at, rest.substring(0, comma));
      if (t == null) {
        break;
      }
      chain.add(t);
      at = t.dOut();
      rest = rest.substring(comma + 1);
    }
    if (chain.isEmpty()) {
      return null;
    }
    Index inner = IndexFactory.create(at, rest, metric, metricArg);
    try {
      return new IndexPreTransform(chain, inner);
    } catch (Throwable t) {
      inner.close();
      throw t;
    }
  }

  private static @Nullable VectorTransform transform(int d, String text) {
    if (text.equals("L2norm") || text.equals("L2Norm")) {
      return new NormalizationTransform(d);
    }
    Matcher m = PCA.matcher(text);
    if (m.matches()) {
      float power = m.group(1).isEmpty() ? 0 : -0.5f;
      return new PCAMatrix(d, number(m.group(3), d), power, !m.group(2).isEmpty());
    }
    m = ROTATION.matcher(text);
    if (m.matches()) {
      return new RandomRotationMatrix(d, number(m.group(1), d));
    }
    m = HADAMARD.matcher(text);
    if (m.matches()) {
      return new HadamardRotation(d, number(m.group(1), HadamardRotation.DEFAULT_SEED));
    }
    m = ITQ.matcher(text);
    if (m.matches()) {
      return new ITQTransform(d, number(m.group(1), d), m.group(1) != null);
    }
    m = OPQ.matcher(text);
    if (m.matches()) {
      return new OPQMatrix(d, number(m.group(1), d), number(m.group(2), d));
    }
    m = PAD.matcher(text);
    if (m.matches()) {
      return new RemapDimensionsTransform(d, Math.max(d, number(m.group(1), d)), false);
    }
    return null;
  }

  private static int number(@Nullable String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "PCA64,Flat",
        "PCAR64,Flat",
        "PCAW64,Flat",
        "PCAWR64,Flat",
        "L2norm,Flat",
        "RR64,Flat",
        "HR,Flat",
        "ITQ64,Flat",
        "OPQ16_64,PQ16",
        "Pad128,Flat");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexPreTransform p)) {
      return null;
    }
    StringBuilder s = new StringBuilder();
    for (VectorTransform t : p.chain()) {
      String name = name(t);
      if (name == null) {
        throw new IllegalArgumentException(
            t.getClass().getSimpleName() + " has no factory description");
      }
      s.append(name).append(',');
    }
    return s + IndexFactory.describe(p.inner());
  }

  private static @Nullable String name(VectorTransform t) {
    return switch (t) {
      case PCAMatrix p -> {
        boolean white = p.settings().eigenPower() == -0.5f;
        if (p.settings().balancedBins() != 0 || (!white && p.settings().eigenPower() != 0)) {
          yield null;
        }
        yield "PCA" + (white ? "W" : "") + (p.settings().randomRotation() ? "R" : "") + p.dOut();
      }
      case NormalizationTransform n -> "L2norm";
      case RandomRotationMatrix r -> r.dIn() == r.dOut() ? "RR" : "RR" + r.dOut();
      case HadamardRotation h -> h.seed() == HadamardRotation.DEFAULT_SEED ? "HR" : "HR" + h.seed();
      case ITQTransform q -> q.doPca() ? "ITQ" + q.dOut() : "ITQ";
      case OPQMatrix o -> o.dIn() == o.dOut() ? "OPQ" + o.m() : "OPQ" + o.m() + "_" + o.dOut();
      case RemapDimensionsTransform r -> r.dOut() >= r.dIn() ? "Pad" + r.dOut() : null;
      default -> null;
    };
  }
}
