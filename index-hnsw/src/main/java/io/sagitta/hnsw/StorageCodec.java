package io.sagitta.hnsw;

import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.flat.FlatState;
import io.sagitta.flat.IndexFlatCodes;

/** Looks into a storage index. */
final class StorageCodec {
  private StorageCodec() {}

  /**
   * The codec of an empty storage.
   *
   * @throws IllegalArgumentException if it has vectors
   */
  static VectorCodec ofEmpty(IndexFlatCodes storage) {
    try (IndexSnapshot<FlatState> s = storage.snapshot()) {
      if (s.state().size() > 0) {
        throw new IllegalArgumentException(
            "the storage of a new graph must be empty, this one has "
                + s.state().size()
                + " vectors");
      }
      return s.state().codec();
    }
  }
}
