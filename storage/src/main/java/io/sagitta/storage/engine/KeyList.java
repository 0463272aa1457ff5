package io.sagitta.storage.engine;

import com.carrotsearch.hppc.LongArrayList;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.metadata.MetadataStore;
import org.jspecify.annotations.Nullable;

/** Lists of keys. */
final class KeyList {
  private KeyList() {}

  /** The live keys whose metadata pass a filter, in ascending order. */
  static long[] passing(MetadataStore metadata, @Nullable CompiledFilter filter) {
    LongArrayList keys = new LongArrayList();
    metadata.forEachKey(
        key -> {
          if (metadata.test(key, filter)) {
            keys.add(key);
          }
        });
    return keys.toArray();
  }
}
