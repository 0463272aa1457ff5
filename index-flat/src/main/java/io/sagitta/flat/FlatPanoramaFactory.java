package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.factory.IndexFactoryPart;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code FlatL2Panorama8}, {@code FlatIPPanorama8_512}: levels, then the batch. */
public final class FlatPanoramaFactory implements IndexFactoryPart {
  private static final Pattern FORM = Pattern.compile("Flat(L2|IP)Panorama([0-9]+)(?:_([0-9]+))?");

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
    boolean l2 = m.group(1).equals("L2");
    MetricType own = l2 ? MetricType.L2 : MetricType.INNER_PRODUCT;
    if (metric != own) {
      throw new IllegalArgumentException(
          description + " measures " + own + ", asked for: " + metric);
    }
    int levels = Integer.parseInt(m.group(2));
    int batch = m.group(3) == null ? PanoramaLayout.DEFAULT_BATCH : Integer.parseInt(m.group(3));
    return l2
        ? new IndexFlatL2Panorama(d, levels, batch)
        : new IndexFlatIPPanorama(d, levels, batch);
  }

  @Override
  public List<String> examples() {
    return List.of("FlatL2Panorama8", "FlatIPPanorama8_512");
  }

  @Override
  public @Nullable String describe(Index index) {
    if (!(index instanceof IndexFlatPanorama p)) {
      return null;
    }
    String name = p instanceof IndexFlatL2Panorama ? "FlatL2Panorama" : "FlatIPPanorama";
    return name
        + p.levels()
        + (p.batchSize() == PanoramaLayout.DEFAULT_BATCH ? "" : "_" + p.batchSize());
  }
}
