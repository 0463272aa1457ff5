package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code RaBitQ}, {@code RaBitQ4}: bits a dimension, 1 by default; {@code RaBitQfs}, {@code
 * RaBitQfs4_64}: the same by fast-scan, with the block of files. Stateless.
 */
public final class RaBitQFactory implements IndexFactoryPart {
  private static final Pattern FORM = Pattern.compile("RaBitQ([1-9])?");
  private static final Pattern FAST = Pattern.compile("RaBitQfs([1-9])?(?:_([0-9]+))?");

  /** For {@link java.util.ServiceLoader}. */
  public RaBitQFactory() {}

  @Override
  public int order() {
    return BASIC;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    Matcher m = FORM.matcher(description);
    if (!m.matches()) {
      Matcher f = FAST.matcher(description);
      if (!f.matches()) {
        return null;
      }
      int bits = f.group(1) == null ? 1 : Integer.parseInt(f.group(1));
      int bbs = f.group(2) == null ? 32 : Integer.parseInt(f.group(2));
      return new IndexRaBitQFastScan(d, metric, bits, bbs);
    }
    return new IndexRaBitQ(d, metric, m.group(1) == null ? 1 : Integer.parseInt(m.group(1)));
  }

  @Override
  public List<String> examples() {
    return List.of("RaBitQ", "RaBitQ4", "RaBitQfs", "RaBitQfs4_64");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (index instanceof IndexRaBitQFastScan f) {
      return "RaBitQfs" + (f.bits() == 1 ? "" : f.bits()) + (f.bbs() == 32 ? "" : "_" + f.bbs());
    }
    if (!(index instanceof IndexRaBitQ q)) {
      return null;
    }
    return q.bits() == 1 ? "RaBitQ" : "RaBitQ" + q.bits();
  }
}
