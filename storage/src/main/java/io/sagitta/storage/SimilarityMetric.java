package io.sagitta.storage;

import java.util.Locale;

/**
 * How near two embeddings are, and the map from the index's number to a similarity.
 *
 * <p>The similarity is always larger for what is nearer, the distance smaller; thresholds apply to
 * the similarity.
 *
 * <table>
 * <caption>for a query q and an embedding x</caption>
 * <tr><th>metric</th><th>similarity</th><th>distance</th></tr>
 * <tr><td>cosine</td><td>⟨q,x⟩ / (‖q‖‖x‖), in [−1, 1]</td><td>1 − similarity, in [0, 2]</td></tr>
 * <tr><td>l2</td><td>1 / (1 + distance), in (0, 1]</td><td>‖q − x‖² (squared, as FAISS)</td></tr>
 * <tr><td>ip</td><td>⟨q,x⟩, unbounded</td><td>−⟨q,x⟩</td></tr>
 * </table>
 */
public enum SimilarityMetric {
  /** The cosine of the angle between query and embedding; lengths play no part. */
  COSINE,
  /** Euclidean distance, squared as FAISS reports it. */
  L2,
  /** The inner product: longer embeddings score higher. */
  IP;

  /** The value as it is spelt in configurations: {@code cosine}, {@code l2} or {@code ip}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #text} writes, in any case of letters.
   *
   * @throws IllegalArgumentException if it is none of the three, naming them
   */
  public static SimilarityMetric parse(String text) {
    for (SimilarityMetric value : values()) {
      if (value.text().equalsIgnoreCase(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException("metric is \"" + text + "\", expected cosine, l2 or ip");
  }

  /**
   * The similarity of what an index reported.
   *
   * @param raw the index's number: the cosine, the squared Euclidean distance or the inner product
   */
  public float similarity(float raw) {
    return switch (this) {
      case COSINE -> Math.clamp(raw, -1f, 1f);
      case L2 -> 1f / (1f + Math.max(0f, raw));
      case IP -> raw;
    };
  }

  /**
   * The distance of what an index reported; see the table above.
   *
   * @param raw the index's number: the cosine, the squared Euclidean distance or the inner product
   */
  public float distance(float raw) {
    return switch (this) {
      case COSINE -> 1f - Math.clamp(raw, -1f, 1f);
      case L2 -> Math.max(0f, raw);
      case IP -> -raw;
    };
  }
}
