/** Embeddings with metadata over an index. */
module io.sagitta.storage {
  requires com.carrotsearch.hppc;
  requires com.fasterxml.jackson.core;
  requires transitive io.sagitta.core;
  requires jdk.management;
  requires org.apache.commons.pool2;
  requires static io.sagitta.ivf;
  requires static micrometer.core;
  requires static org.jspecify;

  exports io.sagitta.storage;
  exports io.sagitta.storage.document;
  exports io.sagitta.storage.filter;
  exports io.sagitta.storage.metadata;
  exports io.sagitta.storage.micrometer;

  uses io.sagitta.storage.metadata.MetadataStoreProvider;
}
