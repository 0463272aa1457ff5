package io.sagitta.storage.metadata;

import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.VectorStorageConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the metadata store that a configuration names. */
public final class MetadataStores {
  private MetadataStores() {}

  /**
   * Opens the metadata store of a name.
   *
   * @throws StorageOperationError if there is none of the name, naming those there are
   */
  public static MetadataStore open(
      String name, @Nullable Path directory, UUID store, long maxVectors) {
    if (name.equals(VectorStorageConfig.BUILTIN_METADATA_STORE)) {
      return new OffHeapMetadataStore();
    }
    List<String> known = new ArrayList<>();
    known.add(VectorStorageConfig.BUILTIN_METADATA_STORE);
    for (MetadataStoreProvider provider :
        ServiceLoader.load(
            MetadataStoreProvider.class, MetadataStoreProvider.class.getClassLoader())) {
      if (provider.name().equals(name)) {
        return provider.open(directory, store, maxVectors);
      }
      known.add(provider.name());
    }
    throw new StorageOperationError(
        "there is no metadata store \""
            + name
            + "\" on the class path, only "
            + known
            + (name.equals("chronicle") ? "; add the module sagitta-storage-chronicle" : ""));
  }
}
