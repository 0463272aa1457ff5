package io.sagitta.storage;

import io.sagitta.storage.document.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a store is made of and how it behaves. Immutable; made by {@link #builder}, {@link
 * #fromMap}, {@link #fromJson} or {@link #createDefault}.
 *
 * @param dimension floats in an embedding, 1 to 65,536
 * @param indexType {@code flat} (exact), {@code hnsw} (graph), {@code ivf} (cells, for many
 *     millions), or a factory string such as {@code IVF4096,SQ8}
 * @param metric how near two embeddings are
 * @param similarityThreshold what a search without a threshold of its own leaves out: results whose
 *     similarity is below; finite
 * @param maxVectors embeddings at most; adding more is refused
 * @param path the store's directory, or null for a store in memory that is gone when closed
 * @param autoSave whether a snapshot is taken when the log has grown past {@code snapshotLogBytes}
 *     and past the size of the last snapshot, and on close
 * @param durability what an acknowledged write survives; of no effect without a path
 * @param metadataStore the name of the metadata store: {@code builtin}, or {@code chronicle} from
 *     the module storage-chronicle
 * @param logSegmentBytes the log goes on in a new file after this many bytes, 64 KiB or more
 * @param snapshotLogBytes the least log that an automatic snapshot waits for, in bytes
 */
public record VectorStorageConfig(
    int dimension,
    String indexType,
    SimilarityMetric metric,
    float similarityThreshold,
    long maxVectors,
    @Nullable Path path,
    boolean autoSave,
    Durability durability,
    String metadataStore,
    long logSegmentBytes,
    long snapshotLogBytes) {

  /** The metadata store that is always there. */
  public static final String BUILTIN_METADATA_STORE = "builtin";

  /** Floats in an embedding at most. */
  public static final int MAX_DIMENSION = 65_536;

  private static final Set<String> FIELDS =
      Set.of(
          "dimension",
          "indexType",
          "metric",
          "similarityThreshold",
          "maxVectors",
          "path",
          "autoSave",
          "durability",
          "metadataStore",
          "logSegmentBytes",
          "snapshotLogBytes");

  /** Checks every field. */
  public VectorStorageConfig {
    if (dimension < 1 || dimension > MAX_DIMENSION) {
      throw new IllegalArgumentException(
          "dimension is " + dimension + ", must be 1 to " + MAX_DIMENSION);
    }
    if (indexType.isBlank()) {
      throw new IllegalArgumentException(
          "indexType is blank, expected flat, hnsw, ivf or a factory string");
    }
    if (!Float.isFinite(similarityThreshold)) {
      throw new IllegalArgumentException(
          "similarityThreshold is " + similarityThreshold + ", must be finite");
    }
    if (metric == SimilarityMetric.COSINE && Math.abs(similarityThreshold) > 1) {
      throw new IllegalArgumentException(
          "similarityThreshold is " + similarityThreshold + ", must be −1 to 1 for cosine");
    }
    if (maxVectors < 1) {
      throw new IllegalArgumentException("maxVectors is " + maxVectors + ", must be positive");
    }
    if (metadataStore.isBlank()) {
      throw new IllegalArgumentException("metadataStore is blank, expected builtin or chronicle");
    }
    if (logSegmentBytes < 1 << 16) {
      throw new IllegalArgumentException(
          "logSegmentBytes is " + logSegmentBytes + ", must be 65536 or more");
    }
    if (snapshotLogBytes < 1) {
      throw new IllegalArgumentException(
          "snapshotLogBytes is " + snapshotLogBytes + ", must be positive");
    }
  }

  /** A builder with the default of every field but the dimension. */
  public static Builder builder(int dimension) {
    return new Builder(dimension);
  }

  /**
   * A store on disk as most want it: cosine, HNSW, a threshold of 0.8, 1,000,000 vectors,
   * durability {@code os}, in the directory {@code vectors} under the base.
   *
   * @param baseDir the directory the store's own directory is made in
   * @param dimension floats in an embedding
   */
  public static VectorStorageConfig createDefault(Path baseDir, int dimension) {
    return builder(dimension).indexType("hnsw").path(baseDir.resolve("vectors")).build();
  }

  /** A builder that starts from this. */
  public Builder toBuilder() {
    Builder builder = new Builder(dimension);
    builder.indexType = indexType;
    builder.metric = metric;
    builder.similarityThreshold = similarityThreshold;
    builder.maxVectors = maxVectors;
    builder.path = path;
    builder.autoSave = autoSave;
    builder.durability = durability;
    builder.metadataStore = metadataStore;
    builder.logSegmentBytes = logSegmentBytes;
    builder.snapshotLogBytes = snapshotLogBytes;
    return builder;
  }

  /** Every field by name, as values that JSON has; {@code path} is null for a store in memory. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("dimension", (long) dimension);
    map.put("indexType", indexType);
    map.put("metric", metric.text());
    map.put("similarityThreshold", Double.valueOf(Float.toString(similarityThreshold)));
    map.put("maxVectors", maxVectors);
    map.put("path", path == null ? null : path.toString());
    map.put("autoSave", autoSave);
    map.put("durability", durability.text());
    map.put("metadataStore", metadataStore);
    map.put("logSegmentBytes", logSegmentBytes);
    map.put("snapshotLogBytes", snapshotLogBytes);
    return map;
  }

  /**
   * Reads what {@link #toMap} gives; what is left out takes its default, {@code dimension} is
   * required.
   *
   * @throws IllegalArgumentException if a field is unknown, of the wrong type or out of bounds,
   *     naming it
   */
  public static VectorStorageConfig fromMap(Map<String, ? extends @Nullable Object> map) {
    for (String name : map.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new IllegalArgumentException(
            "unknown configuration field \""
                + name
                + "\"; there are "
                + FIELDS.stream().sorted().toList());
      }
    }
    Builder b = new Builder(Math.toIntExact(whole(map, "dimension", null)));
    b.indexType = text(map, "indexType", b.indexType);
    b.metric = SimilarityMetric.parse(text(map, "metric", b.metric.text()));
    b.similarityThreshold = real(map, "similarityThreshold", b.similarityThreshold);
    b.maxVectors = whole(map, "maxVectors", b.maxVectors);
    b.path = map.get("path") == null ? null : Path.of(text(map, "path", ""));
    b.autoSave = bool(map, "autoSave", b.autoSave);
    b.durability = Durability.parse(text(map, "durability", b.durability.text()));
    b.metadataStore = text(map, "metadataStore", b.metadataStore);
    b.logSegmentBytes = whole(map, "logSegmentBytes", b.logSegmentBytes);
    b.snapshotLogBytes = whole(map, "snapshotLogBytes", b.snapshotLogBytes);
    return b.build();
  }

  /** {@link #toMap} as JSON over several lines. */
  public String toJson() {
    return Json.writePretty(toMap());
  }

  /**
   * Reads what {@link #toJson} writes.
   *
   * @throws IllegalArgumentException if it is no JSON object, or as {@link #fromMap}
   */
  public static VectorStorageConfig fromJson(String json) {
    return fromMap(Json.readObject(json));
  }

  private static long whole(
      Map<String, ? extends @Nullable Object> map, String name, @Nullable Long otherwise) {
    Object value = map.get(name);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw wrong(name, value, "a whole number");
  }

  private static float real(
      Map<String, ? extends @Nullable Object> map, String name, float otherwise) {
    Object value = map.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number n) {
      return n.floatValue();
    }
    throw wrong(name, value, "a number");
  }

  private static boolean bool(
      Map<String, ? extends @Nullable Object> map, String name, boolean otherwise) {
    Object value = map.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    throw wrong(name, value, "true or false");
  }

  private static String text(
      Map<String, ? extends @Nullable Object> map, String name, String otherwise) {
    Object value = map.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String s) {
      return s;
    }
    throw wrong(name, value, "a string");
  }

  private static IllegalArgumentException wrong(
      String name, @Nullable Object value, String expected) {
    return new IllegalArgumentException(
        "configuration field " + name + " is " + value + ", expected " + expected);
  }

  /** Gathers the fields of a configuration. Not safe for use by several threads. */
  public static final class Builder {
    private final int dimension;
    private String indexType = "flat";
    private SimilarityMetric metric = SimilarityMetric.COSINE;
    private float similarityThreshold = 0.8f;
    private long maxVectors = 1_000_000;
    private @Nullable Path path;
    private boolean autoSave = true;
    private Durability durability = Durability.OS;
    private String metadataStore = BUILTIN_METADATA_STORE;
    private long logSegmentBytes = 256L << 20;
    private long snapshotLogBytes = 256L << 20;

    private Builder(int dimension) {
      this.dimension = dimension;
    }

    /** {@code flat}, {@code hnsw}, {@code ivf} or a factory string. */
    public Builder indexType(String value) {
      indexType = value;
      return this;
    }

    /** How near two embeddings are. */
    public Builder metric(SimilarityMetric value) {
      metric = value;
      return this;
    }

    /** What a search without a threshold of its own leaves out. */
    public Builder similarityThreshold(double value) {
      similarityThreshold = (float) value;
      return this;
    }

    /** Embeddings at most. */
    public Builder maxVectors(long value) {
      maxVectors = value;
      return this;
    }

    /** The store's directory, or null for a store in memory. */
    public Builder path(@Nullable Path value) {
      path = value;
      return this;
    }

    /** Whether snapshots are taken by themselves. */
    public Builder autoSave(boolean value) {
      autoSave = value;
      return this;
    }

    /** What an acknowledged write survives. */
    public Builder durability(Durability value) {
      durability = value;
      return this;
    }

    /** The name of the metadata store. */
    public Builder metadataStore(String value) {
      metadataStore = value;
      return this;
    }

    /** The log goes on in a new file after this many bytes. */
    public Builder logSegmentBytes(long value) {
      logSegmentBytes = value;
      return this;
    }

    /** The least log that an automatic snapshot waits for, in bytes. */
    public Builder snapshotLogBytes(long value) {
      snapshotLogBytes = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a field is out of bounds, naming it
     */
    public VectorStorageConfig build() {
      return new VectorStorageConfig(
          dimension,
          indexType,
          metric,
          similarityThreshold,
          maxVectors,
          path,
          autoSave,
          durability,
          metadataStore,
          logSegmentBytes,
          snapshotLogBytes);
    }
  }
}
