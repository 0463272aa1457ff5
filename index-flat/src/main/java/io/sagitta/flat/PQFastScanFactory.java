package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code PQ16x4fs}, {@code PQ16x4fs_64}: sub-quantizers, then the block of files. Stateless. */
public final class PQFastScanFactory implements IndexFactoryPart {
  private static final Pattern FORM = Pattern.compile("PQ([0-9]+)x4fs(?:_([0-9]+))?");

  /** For {@link java.util.ServiceLoader}. */
  public PQFastScanFactory() {}

  @Override
  public int order() {
    return BASIC;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    Matcher m = FORM.matcher(description);
    if (!m.matches()) {
      return null;
    }
    int bbs = m.group(2) == null ? 32 : Integer.parseInt(m.group(2));
    return new IndexPQFastScan(d, Integer.parseInt(m.group(1)), metric, bbs);
  }

  @Override
  public List<String> examples() {
    return List.of("PQ16x4fs", "PQ16x4fs_64");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexPQFastScan p)) {
      return null;
    }
    return "PQ" + p.m() + "x4fs" + (p.bbs() == 32 ? "" : "_" + p.bbs());
  }
}
