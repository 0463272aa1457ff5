package io.sagitta.storage;

import org.jspecify.annotations.Nullable;

/**
 * One embedding found by a search.
 *
 * @param id the embedding's id
 * @param similarity larger is nearer; see {@link SimilarityMetric} for the map of each metric
 * @param distance smaller is nearer; see {@link SimilarityMetric}
 * @param metadata what was stored with it
 * @param vector the original vector bit for bit (a copy, dimension floats), or null when the search
 *     did not ask for vectors
 */
@SuppressWarnings("ArrayRecordComponent") // a copy made for this result; equality is by id
public record SearchResult(
    String id,
    float similarity,
    float distance,
    VectorMetadata metadata,
    float @Nullable [] vector) {

  @Override
  public String toString() {
    return "SearchResult[id=" + id + ", similarity=" + similarity + ", metadata=" + metadata + "]";
  }
}
