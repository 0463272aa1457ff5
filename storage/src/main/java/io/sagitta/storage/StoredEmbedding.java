package io.sagitta.storage;

/**
 * An embedding as it is kept.
 *
 * @param id its id
 * @param vector the original vector bit for bit (a copy, dimension floats)
 * @param metadata what was stored with it
 */
@SuppressWarnings("ArrayRecordComponent") // a copy made for the caller
public record StoredEmbedding(String id, float[] vector, VectorMetadata metadata) {
  @Override
  public String toString() {
    return "StoredEmbedding[id="
        + id
        + ", dimension="
        + vector.length
        + ", metadata="
        + metadata
        + "]";
  }
}
