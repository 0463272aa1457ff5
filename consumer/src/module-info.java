/** A user's module: it names the families that it wants in its image. */
module example {
  requires io.sagitta.core;
  requires io.sagitta.flat;
  requires io.sagitta.hnsw;
  requires io.sagitta.ivf;
}
