/** The index contract, kernels, codecs, file frame and vector files. */
module io.sagitta.core {
  requires com.carrotsearch.hppc;
  requires jdk.incubator.vector;
  requires jdk.jfr;
  requires static org.jspecify;

  exports io.sagitta.core;
  exports io.sagitta.core.cluster;
  exports io.sagitta.core.codec;
  exports io.sagitta.core.collect;
  exports io.sagitta.core.factory;
  exports io.sagitta.core.io;
  exports io.sagitta.core.vectors;
  exports io.sagitta.core.concurrent to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage;
  exports io.sagitta.core.jfr to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage;
  exports io.sagitta.core.kernel to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage,
      io.sagitta.cli;
  exports io.sagitta.core.memory to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf,
      io.sagitta.storage;
  exports io.sagitta.core.random to
      io.sagitta.flat,
      io.sagitta.hnsw,
      io.sagitta.ivf;

  uses io.sagitta.core.factory.IndexFactoryPart;
  uses io.sagitta.core.io.IndexFormat;
  uses io.sagitta.core.kernel.KernelProvider;

  provides io.sagitta.core.kernel.KernelProvider with
      io.sagitta.core.kernel.PlainKernelProvider,
      io.sagitta.core.kernel.VectorKernelProvider;
}
