/** The index contract, kernels, codecs, file frame and vector files. */
module io.sagitta.core {
  requires com.carrotsearch.hppc;
  requires jdk.incubator.vector;
  requires jdk.jfr;
  requires static org.jspecify;

  exports io.sagitta.core;
  exports io.sagitta.core.collect;
  exports io.sagitta.core.codec;
  exports io.sagitta.core.cluster;
  exports io.sagitta.core.factory;
  exports io.sagitta.core.io;
  exports io.sagitta.core.kernel;
  exports io.sagitta.core.random;
  exports io.sagitta.core.memory to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage,
      io.sagitta.bench,
      io.sagitta.conformance;
  exports io.sagitta.core.concurrent to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage,
      io.sagitta.bench,
      io.sagitta.conformance;

  uses io.sagitta.core.kernel.KernelProvider;

  provides io.sagitta.core.kernel.KernelProvider with
      io.sagitta.core.kernel.PlainKernelProvider,
      io.sagitta.core.kernel.VectorKernelProvider;

  uses io.sagitta.core.io.IndexFormat;
  uses io.sagitta.core.factory.IndexFactoryPart;
}
