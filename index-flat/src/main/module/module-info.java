/** Exact and flat-codes indexes, and wrappers around any index. */
module io.sagitta.flat {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires static org.jspecify;
}
