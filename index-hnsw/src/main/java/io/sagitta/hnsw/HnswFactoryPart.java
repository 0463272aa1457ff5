package io.sagitta.hnsw;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code HNSW}, {@code HNSW32}, {@code HNSW32,Flat}, {@code HNSW32_Flat}. Stateless. */
public final class HnswFactoryPart implements IndexFactoryPart {
  private static final Pattern FLAT = Pattern.compile("HNSW([0-9]{0,6})([,_]Flat)?");

  /** For {@link java.util.ServiceLoader}. */
  public HnswFactoryPart() {}

  @Override
  public int order() {
    return GRAPH;
  }

  @Override
  public @Nullable Index build(int d, String description, MetricType metric, float metricArg) {
    Matcher m = FLAT.matcher(description);
    return m.matches() ? new IndexHNSWFlat(d, m(m.group(1)), metric, metricArg) : null;
  }

  private static int m(String digits) {
    return digits.isEmpty() ? IndexHNSWFlat.DEFAULT_M : Integer.parseInt(digits);
  }

  @Override
  public List<String> examples() {
    return List.of("HNSW32", "HNSW32,Flat");
  }

  @Override
  public @Nullable String describe(Index index) {
    return index instanceof IndexHNSWFlat h ? "HNSW" + h.m() + ",Flat" : null;
  }
}
