/** Inverted-file indexes. */
module io.sagitta.ivf {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires io.sagitta.flat;
  requires static org.jspecify;
}
