package io.sagitta.storage;

class VectorStorageTest extends VectorStorageContract {
  @Override
  protected String metadataStore() {
    return "builtin";
  }
}
