/** The index contract, kernels, codecs, file frame and vector files. */
module io.sagitta.core {
  requires com.carrotsearch.hppc;
  requires jdk.incubator.vector;
  requires jdk.jfr;
  requires static org.jspecify;
}
