/** FAISS's HNSW graphs. */
module io.sagitta.hnsw {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires io.sagitta.flat;
  requires static org.jspecify;
}
