package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.MetricType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A search of one query into a result that is there allocates nothing once it is warm: flat codes,
 * and everything wrapped around them. In a JVM that has run dozens of other codecs the compiler now
 * and then inlines too little and boxes registers for good; a case that ends so is judged in a JVM
 * of its own.
 */
@Tag("simd")
class WarmSearchTest {
  private static final int FRESH = 3;

  private static void check(WarmSearch search) throws Exception {
    long least = search.leastBytes(Duration.ofSeconds(5));
    for (int i = 0; i < FRESH && least > 0; i++) {
      least = search.leastBytesInFreshJvm();
    }
    assertThat(least).as("bytes of a round of searches of %s", search).isZero();
  }

  static List<Object[]> cases() {
    List<Object[]> cases = new ArrayList<>();
    for (MetricType metric : new MetricType[] {MetricType.L2, MetricType.INNER_PRODUCT}) {
      for (String factory :
          new String[] {
            "SQ8",
            "SQ6",
            "SQ4",
            "SQfp16",
            "SQbf16",
            "SQtq3",
            "SQtqmse4",
            "PQ16np",
            "PQ8np",
            "PQ4np",
            "PQ16x4np",
            "PQ8x6np",
            "PQ4x4fs",
            "RaBitQ",
            "RaBitQ4",
            "RaBitQfs",
            "SQ8,RFlat",
            "PQ8np,RFlat",
            "SQ4,Refine(SQ8)",
            "PCA16,Flat",
            "PCA32,SQ8",
            "OPQ8,PQ8np",
            "RR,SQ4",
            "HR,SQ8",
            "L2norm,SQ8",
            "ITQ,SQ8",
            "Pad80,SQ8",
            "IDMap,SQ8",
            "IDMap2,PQ8np",
            "IDMap,PCA16,SQ8"
          }) {
        cases.add(new Object[] {factory, metric});
      }
      cases.add(
          new Object[] {metric == MetricType.L2 ? "FlatL2Panorama4" : "FlatIPPanorama4", metric});
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allocatesNothing(String factory, MetricType metric) throws Exception {
    check(new WarmSearch(WarmSearch.Shape.INDEX, factory, metric, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void comparingCodesAllocatesNothing(int type) throws Exception {
    check(
        new WarmSearch(
            WarmSearch.Shape.INDEX,
            "PQ8np",
            MetricType.L2,
            "search_type=" + type + ",polysemous_ht=28"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQ8", "PQ8np"})
  void shardsAndReplicasAllocateNothing(String factory) throws Exception {
    check(new WarmSearch(WarmSearch.Shape.SHARDS, factory, MetricType.L2, ""));
    check(new WarmSearch(WarmSearch.Shape.REPLICAS, factory, MetricType.L2, ""));
  }
}
