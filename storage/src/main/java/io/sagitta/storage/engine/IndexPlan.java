package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.storage.SimilarityMetric;
import io.sagitta.storage.VectorStorageConfig;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which index a configuration means, and what it holds.
 *
 * <p>Originals are stored once. An index whose codes are the vectors themselves is
 * <em>lossless</em> and gives them back bit for bit; the cosine takes the codec {@code Cosine}
 * there: the floats and the reciprocal of their length, 4·d + 4 bytes. An index of lossy codes has
 * the originals beside it ({@link Originals}), and its candidates are scored again from them.
 *
 * <p>An index that must be trained begins as an exact flat one and is made what it is meant to be
 * when there are enough vectors to train it (or when the store is optimized).
 *
 * @param dimension floats in a vector
 * @param similarity the store's metric
 * @param kind flat, hnsw, ivf, or other (a factory string)
 * @param text the factory string, without the number of lists where the plan chooses it
 * @param codec the codec's name where the plan composes the string, else empty
 * @param lossless whether codes are the vectors themselves
 * @param trains whether the index must be trained
 */
record IndexPlan(
    int dimension,
    SimilarityMetric similarity,
    Kind kind,
    String text,
    String codec,
    boolean lossless,
    boolean trains) {

  enum Kind {
    FLAT,
    HNSW,
    IVF,
    OTHER
  }

  /** Vectors a list must have for training, as FAISS asks. */
  static final int MIN_POINTS_PER_LIST = 39;

  /** Vectors a list is given for training at most. */
  static final int MAX_POINTS_PER_LIST = 64;

  private static final int HNSW_M = 32;

  /**
   * The plan of a configuration.
   *
   * @param memoryBytes how much memory the index may take; an {@code ivf} whose originals would not
   *     fit takes 8-bit codes in memory and leaves the originals on disk
   * @throws IllegalArgumentException if the index type is unknown
   */
  static IndexPlan of(VectorStorageConfig config, long memoryBytes) {
    SimilarityMetric similarity = config.metric();
    int d = config.dimension();
    String exact = similarity == SimilarityMetric.COSINE ? "Cosine" : "Flat";
    switch (config.indexType().toLowerCase(Locale.ROOT)) {
      case "flat" -> {
        return new IndexPlan(d, similarity, Kind.FLAT, exact, exact, true, false);
      }
      case "hnsw" -> {
        return new IndexPlan(
            d, similarity, Kind.HNSW, "HNSW" + HNSW_M + "," + exact, exact, true, false);
      }
      case "ivf" -> {
        double bytes = (double) config.maxVectors() * (4.0 * d + 16);
        boolean fits = bytes <= memoryBytes;
        String codec = fits ? exact : "SQ8";
        return new IndexPlan(d, similarity, Kind.IVF, "IVF", codec, fits, true);
      }
      default -> {
        return ofFactory(config.indexType(), d, similarity, exact);
      }
    }
  }

  private static IndexPlan ofFactory(
      String text, int d, SimilarityMetric similarity, String exact) {
    boolean lossless =
        text.equals("Flat")
            || text.matches("HNSW\\d*(_\\d+)?(,Flat)?")
            || text.matches("IVF\\d+,Flat");
    String composed = text;
    if (lossless && similarity == SimilarityMetric.COSINE) {
      composed = text.endsWith("Flat") ? text.replace("Flat", exact) : text + "," + exact;
    }
    try (Index trial = IndexFactory.create(d, composed, metricOf(similarity))) {
      return new IndexPlan(d, similarity, Kind.OTHER, composed, "", lossless, !trial.isTrained());
    }
  }

  /** The metric the index is made with: the cosine is the inner product of the codec's scorer. */
  static MetricType metricOf(SimilarityMetric similarity) {
    return similarity == SimilarityMetric.L2 ? MetricType.L2 : MetricType.INNER_PRODUCT;
  }

  MetricType metric() {
    return metricOf(similarity);
  }

  /** The exact flat index that a store begins with. */
  String exactFactory() {
    return similarity == SimilarityMetric.COSINE ? "Cosine" : "Flat";
  }

  /** The index for a number of vectors; the exact one when there are too few to train. */
  String factoryFor(long vectors) {
    if (!trains) {
      return text;
    }
    if (vectors < MIN_POINTS_PER_LIST) {
      return exactFactory();
    }
    return kind == Kind.IVF ? "IVF" + listsFor(vectors) + "," + codec : text;
  }

  /** The vectors at which a store that must be trained does so by itself. */
  long trainsAt(long maxVectors) {
    return Math.min(maxVectors, kind == Kind.IVF ? 50_000 : 20_000);
  }

  /** Lists for a number of vectors: about the square root, a power of two, 1 to 65,536. */
  static int listsFor(long vectors) {
    int lists = 1;
    while ((long) lists * lists * 4 <= vectors * 2 && lists < 65_536) {
      lists *= 2;
    }
    while (lists > 1 && (long) lists * MIN_POINTS_PER_LIST > vectors) {
      lists /= 2;
    }
    return lists;
  }

  /** An empty index of a factory string, under keys. An inverted file keeps them itself. */
  Index create(String factory) {
    String text = factory.startsWith("IVF") ? factory : "IDMap2," + factory;
    return prepare(IndexFactory.create(dimension, text, metric()), factory);
  }

  /** Makes an index find vectors by key, if it is the one that gives back originals. */
  Index prepare(Index index, String factory) {
    if (factory.startsWith("IVF") && lossless) {
      InvertedFiles.findByKey(index);
    }
    return index;
  }

  /**
   * What a search tells the index when the caller says nothing: {@code efSearch} of at least 96 for
   * a graph, a sixteenth of the lists (at least 8) for an inverted file.
   *
   * @param factory the index's factory string
   */
  static SearchParameters parametersFor(String factory, int k) {
    if (factory.startsWith("HNSW")) {
      return SearchParameters.builder().efSearch(Math.max(96, 2 * k)).build();
    }
    if (factory.startsWith("IVF")) {
      int lists = lists(factory);
      return SearchParameters.builder().nprobe(Math.min(lists, Math.max(8, lists / 16))).build();
    }
    return SearchParameters.NONE;
  }

  /** The parameters with which a search leaves nothing out, or null if the index has none. */
  static @Nullable SearchParameters exhaustive(String factory) {
    return factory.startsWith("IVF")
        ? SearchParameters.builder().nprobe(lists(factory)).build()
        : null;
  }

  /** The number of lists that a factory string of an inverted file says. */
  int listsOf(String factory) {
    return lists(factory);
  }

  private static int lists(String factory) {
    int end = 3;
    while (end < factory.length() && Character.isDigit(factory.charAt(end))) {
      end++;
    }
    return end == 3 ? 1 : Integer.parseInt(factory.substring(3, end));
  }

  /** Whether an index of a factory string may miss what it should find. */
  static boolean isApproximate(String factory) {
    return !factory.equals("Flat") && !factory.equals("Cosine");
  }

  /**
   * Bytes of one embedding's vector in memory, links and ids included, as far as they are known.
   */
  long bytesPerVector() {
    long cosine = similarity == SimilarityMetric.COSINE ? 4 : 0;
    long raw = 4L * dimension + cosine;
    return switch (kind) {
      case FLAT, OTHER -> raw + 8;
      case HNSW -> raw + 8 + (2L * HNSW_M + 1) * 4;
      case IVF -> (lossless ? raw : dimension) + 16;
    };
  }
}
