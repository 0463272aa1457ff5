package io.sagitta.storage.chronicle;

import io.sagitta.storage.ExampleConfigurationsContract;

class ChronicleExampleConfigurationsTest extends ExampleConfigurationsContract {
  @Override
  protected String metadataStore() {
    return "chronicle";
  }
}
