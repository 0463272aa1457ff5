package io.sagitta.storage.chronicle;

import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.MetadataStoreProvider;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes {@link ChronicleMetadataStore}s, under the name {@code chronicle}. Stateless. */
public final class ChronicleMetadataStoreProvider implements MetadataStoreProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ChronicleMetadataStoreProvider() {}

  @Override
  public String name() {
    return "chronicle";
  }

  @Override
  public MetadataStore open(@Nullable Path directory, UUID store, long maxVectors) {
    RequiredFlags.require();
    return ChronicleMetadataStore.open(directory, store, maxVectors);
  }
}
