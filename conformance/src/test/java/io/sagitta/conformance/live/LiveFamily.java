package io.sagitta.conformance.live;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sagitta.core.MetricType;
import io.sagitta.core.factory.IndexFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A family of index types that live properties draw from.
 *
 * @param name for messages
 * @param factories factory strings; the dimension is {@link #D}
 * @param metrics metrics they take
 * @param kinds data on which answers are comparable place by place
 * @param relative tolerance relative to (‖q‖ + max ‖x‖)², 0 on exact kinds where nothing is rounded
 * @param parameters search parameters to draw: nprobe, efSearch, sel …
 * @param removes whether FAISS can remove from it
 * @param appends whether adding to a file FAISS wrote gives the very file that FAISS would write
 */
record LiveFamily(
    String name,
    List<String> factories,
    List<MetricType> metrics,
    List<DataKind> kinds,
    double relative,
    List<String> parameters,
    boolean removes,
    boolean appends) {
  static final int D = 16;
  private static final Map<String, List<String>> PRESENT = new ConcurrentHashMap<>();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<MetricType> BOTH = List.of(MetricType.L2, MetricType.INNER_PRODUCT);
  private static final List<DataKind> EXACT =
      List.of(DataKind.INTEGER, DataKind.DUPLICATES, DataKind.ZEROS);
  private static final List<DataKind> REAL = List.of(DataKind.NORMAL, DataKind.CLUSTERED);

  static final LiveFamily HNSW =
      new LiveFamily(
          "hnsw",
          List.of("HNSW4", "HNSW8,Flat", "HNSW16", "HNSW8,SQfp16", "HNSW6,SQbf16"),
          BOTH,
          EXACT,
          0,
          List.of("efSearch", "bounded_queue", "check_relative_distance", "sel"),
          false,
          true);

  static final LiveFamily IVF_FLAT =
      new LiveFamily(
          "ivf flat",
          List.of("IVF4,Flat", "IVF16,Flat", "IVF8_HNSW4,Flat"),
          BOTH,
          REAL,
          2e-5,
          List.of("nprobe", "max_codes", "sel"),
          true,
          true);

  /** Their quantizer's centroids are sums of parts; L2 alone. */
  static final LiveFamily IVF_MULTI =
      new LiveFamily(
          "ivf multi-index",
          List.of("IMI2x2,Flat", "IMI2x3,SQ8", "IMI2x4,PQ4x4np"),
          List.of(MetricType.L2),
          REAL,
          3e-5,
          List.of("nprobe", "sel"),
          true,
          true);

  static final LiveFamily IVF_SQ =
      new LiveFamily(
          "ivf sq",
          List.of("IVF4,SQ8", "IVF8,SQ4", "IVF8,SQ6", "IVF8,SQfp16", "IVF8,SQbf16"),
          BOTH,
          REAL,
          3e-5,
          List.of("nprobe", "sel"),
          true,
          true);

  static final LiveFamily IVF_PQ =
      new LiveFamily(
          "ivf pq",
          List.of("IVF4,PQ4x4np", "IVF8,PQ8x6np", "IVF4,PQ4x8np"),
          BOTH,
          REAL,
          3e-5,
          List.of("nprobe", "sel"),
          true,
          true);

  /** Codes passed over by the bits in which they differ. */
  static final LiveFamily POLYSEMOUS =
      new LiveFamily(
          "polysemous",
          List.of("IVF4,PQ8x8np", "IVF8,PQ4x4np", "IVF4,PQ2x5np"),
          BOTH,
          REAL,
          3e-5,
          List.of("nprobe", "polysemous_ht", "sel"),
          true,
          true);

  static final LiveFamily SQ =
      new LiveFamily(
          "sq",
          List.of("SQ8", "SQ6", "SQ4", "SQfp16", "SQbf16"),
          BOTH,
          REAL,
          2e-5,
          List.of("sel"),
          true,
          true);

  static final LiveFamily PQ =
      new LiveFamily(
          "pq", List.of("PQ4x4np", "PQ8x8np", "PQ4x6np"), BOTH, REAL, 2e-5, List.of(), true, true);

  /**
   * Codes compared with the query's own. Not by the symmetric table, which FAISS does not rebuild
   * at a load; 8 bits, because FAISS's polysemous search takes no others; 8 or 16 bytes, because
   * FAISS counts differing bytes in whole words only (quirk 33).
   */
  static final LiveFamily PQ_CODES =
      new LiveFamily(
          "pq codes",
          List.of("PQ8x8np", "PQ16x8np"),
          List.of(MetricType.L2),
          REAL,
          2e-5,
          List.of("search_type"),
          true,
          true);

  /**
   * TurboQuant and codes of no bits. L2 of the forms with signs has no live case: FAISS's distances
   * are not those of the decoded vectors.
   */
  static final LiveFamily TURBO =
      new LiveFamily(
          "turbo",
          List.of(
              "SQtqmse1",
              "SQtqmse2",
              "SQtqmse3",
              "SQtqmse4",
              "SQtqmse8",
              "IVF4,SQtqmse2",
              "IVF4,SQtqmse4",
              "IVF4,SQ0"),
          BOTH,
          REAL,
          1e-4,
          List.of("sel"),
          true,
          true);

  /** The forms that estimate products. */
  static final LiveFamily TURBO_SIGNS =
      new LiveFamily(
          "turbo signs",
          List.of("SQtq2", "SQtq3", "SQtq4", "SQtq5", "IVF4,SQtq3"),
          List.of(MetricType.INNER_PRODUCT),
          REAL,
          1e-4,
          List.of("sel"),
          false,
          false);

  static final LiveFamily WRAPPED =
      new LiveFamily(
          "wrapped",
          List.of(
              "PCA8,Flat",
              "RR,Flat",
              "HR,Flat",
              "L2norm,Flat",
              "Pad24,Flat",
              "PCAR8,SQ8",
              "SQ4,RFlat",
              "PQ4x4np,RFlat",
              "PCA8,IVF4,Flat",
              "SQ4,Refine(SQ8)",
              "IVF4,SQ4,RFlat"),
          BOTH,
          REAL,
          5e-5,
          List.of(),
          false,
          false);

  static final LiveFamily RABITQ =
      new LiveFamily(
          "rabitq",
          List.of("RaBitQ", "RaBitQ4", "IVF4,RaBitQ", "IVF4,RaBitQ3"),
          BOTH,
          REAL,
          2e-4,
          List.of("sel"),
          false,
          false);

  /** Look-up tables in eight bits, as {@link #FASTSCAN}. */
  static final LiveFamily RABITQ_FASTSCAN =
      new LiveFamily(
          "rabitq fastscan",
          List.of("RaBitQfs", "RaBitQfs4", "IVF4,RaBitQfs", "IVF4,RaBitQfs3"),
          BOTH,
          REAL,
          4e-3,
          List.of(),
          false,
          false);

  static final LiveFamily HNSW_FAST =
      new LiveFamily(
          "hnsw fast",
          List.of("HNSW8,RaBitQ", "HNSW8,RaBitQ3"),
          List.of(MetricType.L2),
          REAL,
          2e-4,
          List.of("efSearch"),
          false,
          false);

  static final LiveFamily FASTSCAN =
      new LiveFamily(
          "fastscan",
          List.of("PQ8x4fs", "PQ4x4fs", "IVF4,PQ8x4fs", "IVF4,PQ8x4fsr"),
          BOTH,
          REAL,
          4e-3,
          List.of(),
          false,
          false);

  static final LiveFamily PANORAMA =
      new LiveFamily(
          "panorama",
          List.of(
              "FlatL2Panorama4",
              "FlatL2Panorama8_512",
              "IVF4,FlatPanorama4_512",
              "IVF4,FlatPanorama5_32",
              "SQ4,RefinePanorama(FlatL2Panorama4_1)"),
          List.of(MetricType.L2),
          REAL,
          2e-5,
          List.of(),
          false,
          false);

  /**
   * The factory strings whose types are there; the others are named once and left out. That no type
   * gets lost this way is the business of {@code ConformanceTableTest}.
   */
  List<String> present() {
    return PRESENT.computeIfAbsent(
        name,
        x -> {
          List<String> out = new ArrayList<>();
          for (String factory : factories) {
            try {
              IndexFactory.create(D, factory, metrics.getFirst()).close();
              out.add(factory);
            } catch (IllegalArgumentException e) {
              System.out.println("SKIP live " + name + ": Sagitta has no " + factory);
            }
          }
          return out;
        });
  }

  /** Draws parameters for n vectors, FAISS's field names. */
  ObjectNode draw(SplittableRandom r, int n) {
    ObjectNode out = JSON.createObjectNode();
    for (String p : parameters) {
      if (r.nextInt(2) == 0) {
        continue;
      }
      switch (p) {
        case "nprobe" -> out.put(p, 1 + r.nextInt(20));
        case "efSearch" -> out.put(p, 1 + r.nextInt(80));
        case "max_codes" -> out.put(p, 1 + r.nextInt(n + 1));
        case "polysemous_ht" -> out.put(p, 1 + r.nextInt(66));
        case "search_type" -> {
          int[] types = {0, 1, 2, 4, 5};
          out.put(p, types[r.nextInt(types.length)]);
          out.put("polysemous_ht", 1 + r.nextInt(50));
        }
        case "bounded_queue", "check_relative_distance" -> out.put(p, r.nextInt(4) != 0);
        case "sel" -> out.set(p, SelectorDraw.draw(r, n, 1));
        default -> throw new IllegalStateException(p);
      }
    }
    // FAISS's unbounded queue ignores selectors (quirk 6); Sagitta honours them: see QuirksTest.
    if (out.has("sel") && out.has("bounded_queue")) {
      out.remove("bounded_queue");
    }
    return out;
  }
}
