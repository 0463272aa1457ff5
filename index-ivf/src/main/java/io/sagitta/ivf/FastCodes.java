package io.sagitta.ivf;

import io.sagitta.core.codec.PanoramaLayout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Codes of the fast kind in IVF factory strings: {@code PQ16x4fs}, {@code PQ16x4fsr_64} (r =
 * residuals, then the block of files), {@code RaBitQ4}, {@code RaBitQfs4_64}, {@code
 * FlatPanorama8_512} (levels, then the batch of files).
 */
final class FastCodes {
  private static final Pattern PQ = Pattern.compile("PQ([0-9]+)x4fs(r?)(?:_([0-9]+))?");
  private static final Pattern RABITQ = Pattern.compile("RaBitQ([1-9])?");
  private static final Pattern RABITQ_FS = Pattern.compile("RaBitQfs([1-9])?(?:_([0-9]+))?");

  private static final Pattern PANORAMA =
      Pattern.compile("FlatPanorama([0-9]{1,6})?(?:_([0-9]{1,9}))?");

  private FastCodes() {}

  private static int number(@Nullable String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  static @Nullable IvfCode parse(String text) {
    Matcher pq = PQ.matcher(text);
    if (pq.matches()) {
      int m = Integer.parseInt(pq.group(1));
      boolean residual = !pq.group(2).isEmpty();
      int bbs = number(pq.group(3), 32);
      return (q, d, n, metric, arg) -> new IndexIVFPQFastScan(q, d, n, m, metric, residual, bbs);
    }
    Matcher plain = RABITQ.matcher(text);
    if (plain.matches()) {
      int bits = number(plain.group(1), 1);
      return (q, d, n, metric, arg) -> new IndexIVFRaBitQ(q, d, n, metric, bits);
    }
    Matcher fast = RABITQ_FS.matcher(text);
    if (fast.matches()) {
      int bits = number(fast.group(1), 1);
      int bbs = number(fast.group(2), 32);
      return (q, d, n, metric, arg) -> new IndexIVFRaBitQFastScan(q, d, n, metric, bits, bbs);
    }
    Matcher panorama = PANORAMA.matcher(text);
    if (panorama.matches()) {
      int levels = number(panorama.group(1), IndexIVFFlatPanorama.DEFAULT_LEVELS);
      int batch = number(panorama.group(2), PanoramaLayout.DEFAULT_BATCH);
      return (q, d, n, metric, arg) -> new IndexIVFFlatPanorama(q, d, n, metric, levels, batch);
    }
    return null;
  }

  static @Nullable String describe(IndexIVF index) {
    return switch (index) {
      case IndexIVFPQFastScan p ->
          "PQ"
              + p.productQuantizer().m()
              + "x4fs"
              + (p.byResidual() ? "r" : "")
              + (p.bbs() == 32 ? "" : "_" + p.bbs());
      case IndexIVFRaBitQ r -> "RaBitQ" + (r.bits() == 1 ? "" : r.bits());
      case IndexIVFRaBitQFastScan r ->
          "RaBitQfs" + (r.bits() == 1 ? "" : r.bits()) + (r.bbs() == 32 ? "" : "_" + r.bbs());
      case IndexIVFFlatPanorama p ->
          "FlatPanorama"
              + p.levels()
              + (p.batchSize() == PanoramaLayout.DEFAULT_BATCH ? "" : "_" + p.batchSize());
      default -> null;
    };
  }
}
