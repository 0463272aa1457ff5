package io.sagitta.storage;

class ExampleConfigurationsTest extends ExampleConfigurationsContract {
  @Override
  protected String metadataStore() {
    return VectorStorageConfig.BUILTIN_METADATA_STORE;
  }
}
