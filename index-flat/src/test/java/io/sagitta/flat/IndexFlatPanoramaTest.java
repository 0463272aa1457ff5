package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Panorama answers what the plain flat index answers, whatever its levels and batches. */
class IndexFlatPanoramaTest {
  @Property(tries = 60)
  void answersAreThoseOfFlat(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70) int d,
      @ForAll @IntRange(min = 1, max = 9) int levels,
      @ForAll @IntRange(min = 1, max = 40) int batch,
      @ForAll boolean similarity,
      @ForAll @IntRange(min = 0, max = 120) int n,
      @ForAll @IntRange(min = 1, max = 12) int k) {
    Random random = new Random(seed);
    MetricType metric = similarity ? MetricType.INNER_PRODUCT : MetricType.L2;
    float[] x = gaussian(random, n * d);
    Vectors queries = Vectors.of(gaussian(random, 3 * d), d);
    int l = Math.min(levels, d);
    try (IndexFlat flat = new IndexFlat(d, metric);
        Index panorama =
            similarity
                ? new IndexFlatIPPanorama(d, l, batch)
                : new IndexFlatL2Panorama(d, l, batch)) {
      int half = n / 2 * d;
      flat.add(x);
      panorama.add(Arrays.copyOfRange(x, 0, half));
      panorama.add(Arrays.copyOfRange(x, half, x.length));
      same(flat, panorama, queries, k, SearchParameters.NONE);
      same(flat, panorama, queries, k, SearchParameters.of(new IDSelectorRange(n / 4, n / 2)));
      IDSelectorRange gone = new IDSelectorRange(n / 3, n / 2);
      assertThat(panorama.removeIds(gone)).isEqualTo(flat.removeIds(gone));
      flat.add(x);
      panorama.add(x);
      same(flat, panorama, queries, k, SearchParameters.NONE);
      for (int i = 0; i < flat.ntotal(); i++) {
        assertThat(panorama.reconstruct(i)).isEqualTo(flat.reconstruct(i));
      }
    }
  }

  private static void same(Index a, Index b, Vectors queries, int k, SearchParameters p) {
    KnnResult x = a.search(queries, k, p);
    KnnResult y = b.search(queries, k, p);
    for (int q = 0; q < x.nq(); q++) {
      assertThat(y.count(q)).isEqualTo(x.count(q));
      for (int i = 0; i < x.count(q); i++) {
        assertThat(y.distance(q, i)).isCloseTo(x.distance(q, i), within(1e-3f));
      }
    }
    // A radius between two neighbours that rounding cannot confuse.
    for (int i = 1; i < x.count(0); i++) {
      if (Math.abs(x.distance(0, i) - x.distance(0, i - 1)) > 1e-2f) {
        float radius = (x.distance(0, i) + x.distance(0, i - 1)) / 2;
        Vectors first = queries.slice(0, 1);
        RangeResult r = b.rangeSearch(first, radius, p);
        assertThat(r.total()).isEqualTo(a.rangeSearch(first, radius, p).total()).isEqualTo(i);
      }
    }
  }

  @Test
  void fewDimensionsAreReadWhenTheFirstOnesDecide() {
    int d = 64;
    Random random = new Random(5);
    float[] x = gaussian(random, 4000 * d);
    for (int i = 0; i < x.length; i++) {
      x[i] *= (float) Math.exp(-(i % d) / 6.0);
    }
    io.sagitta.core.codec.PanoramaLayout layout =
        new io.sagitta.core.codec.PanoramaLayout(d, 8, 500);
    io.sagitta.core.codec.PanoramaScan scan =
        new io.sagitta.core.codec.PanoramaScan(layout, MetricType.L2);
    java.lang.foreign.MemorySegment codes =
        java.lang.foreign.MemorySegment.ofArray(new float[500 * d]);
    java.lang.foreign.MemorySegment norms =
        java.lang.foreign.MemorySegment.ofArray(new float[500 * 9]);
    io.sagitta.core.collect.TopK top = new io.sagitta.core.collect.TopK(MetricType.L2);
    top.begin(5);
    java.lang.foreign.MemorySegment all = java.lang.foreign.MemorySegment.ofArray(x);
    scan.setQuery(all, 0);
    for (int b = 0; b < 8; b++) {
      for (int i = 0; i < 500; i++) {
        layout.put(codes, 0, norms, 0, i, all, (b * 500L + i) * d * 4);
      }
      scan.scan(codes, 0, norms, 0, 500, null, top, slot -> slot);
    }
    assertThat(scan.dimensionsScanned()).isLessThan(scan.dimensionsOffered() / 2);
  }

  @Test
  void filesKeepEveryByteAndMapReadOnly(@TempDir Path folder) throws IOException {
    Random random = new Random(3);
    int d = 10;
    Path file = folder.resolve("panorama.index");
    try (Index index = IndexFactory.create(d, "FlatL2Panorama3_8")) {
      index.add(gaussian(random, 21 * d));
      IndexIO.write(index, file);
      try (Index read = IndexIO.read(file);
          Index mapped = IndexIO.open(file)) {
        assertThat(IndexIO.toBytes(read)).isEqualTo(Files.readAllBytes(file));
        assertThat(IndexIO.toBytes(mapped)).isEqualTo(Files.readAllBytes(file));
        assertThat(IndexFactory.describe(read)).isEqualTo("FlatL2Panorama3_8");
        float[] q = gaussian(random, d);
        assertThat(mapped.search(q, 4).labels()).isEqualTo(index.search(q, 4).labels());
        assertThatThrownBy(() -> mapped.add(q)).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new IndexFlatL2Panorama(4, 5))
        .withMessageContaining("5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IndexFactory.create(8, "FlatIPPanorama4", MetricType.L2))
        .withMessageContaining("L2");
    try (Index index = new IndexFlatL2Panorama(4, 2)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  index.search(
                      new float[4], 1, SearchParameters.builder().set(SearchKey.NPROBE, 3).build()))
          .withMessageContaining("nprobe");
    }
  }

  static float[] gaussian(Random random, int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }
}
