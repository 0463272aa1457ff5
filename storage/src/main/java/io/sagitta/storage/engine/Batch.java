package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import java.nio.charset.StandardCharsets;

/**
 * Embeddings on their way in: vectors, ids and metadata documents, row by row.
 *
 * @param vectors n × dimension
 * @param ids n ids
 * @param documents n documents
 */
@SuppressWarnings("ArrayRecordComponent") // carried through, not compared
record Batch(Vectors vectors, String[] ids, byte[][] documents) {
  private static final int MAX_ID_BYTES = 0xFFFF;

  /** Checks the counts and the ids. */
  Batch {
    if (ids.length != vectors.n() || documents.length != vectors.n()) {
      throw new IllegalArgumentException(
          vectors.n()
              + " vectors are given with "
              + documents.length
              + " metadata and "
              + ids.length
              + " ids");
    }
  }

  int size() {
    return ids.length;
  }

  /**
   * Checks an id.
   *
   * @throws IllegalArgumentException if it is empty, over 65,535 bytes of UTF-8, or no valid text
   */
  static void checkId(String id) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("an id is empty");
    }
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "an id of " + utf8.length + " bytes is given, at most " + MAX_ID_BYTES + " fit");
    }
    if (!new String(utf8, StandardCharsets.UTF_8).equals(id)) {
      throw new IllegalArgumentException("an id has half a surrogate pair in it");
    }
  }
}
