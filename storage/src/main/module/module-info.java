/** Embeddings with metadata over an index. */
module io.sagitta.storage {
  requires com.carrotsearch.hppc;
  requires com.fasterxml.jackson.databind;
  requires transitive io.sagitta.core;
  requires org.apache.commons.pool2;
  requires static micrometer.core;
  requires static org.jspecify;
}
