/** FAISS's HNSW graphs. */
module io.sagitta.hnsw {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires io.sagitta.flat;
  requires static org.jspecify;

  exports io.sagitta.hnsw;

  provides io.sagitta.core.io.IndexFormat with
      io.sagitta.hnsw.HnswCosineFormat,
      io.sagitta.hnsw.HnswFormat;
  provides io.sagitta.core.factory.IndexFactoryPart with
      io.sagitta.hnsw.HnswCosineFactoryPart,
      io.sagitta.hnsw.HnswFactoryPart;
}
