/** Inverted-file indexes. */
module io.sagitta.ivf {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires io.sagitta.flat;
  requires static org.jspecify;

  exports io.sagitta.ivf;

  provides io.sagitta.core.io.IndexFormat with
      io.sagitta.ivf.IvfCosineFormat,
      io.sagitta.ivf.IvfFlatFormat,
      io.sagitta.ivf.IvfPqFormat,
      io.sagitta.ivf.IvfDedupFormat,
      io.sagitta.ivf.IvfIndependentFormat,
      io.sagitta.ivf.IvfPanoramaFormat,
      io.sagitta.ivf.IvfPQFastScanFormat,
      io.sagitta.ivf.IvfRaBitQFastScanFormat,
      io.sagitta.ivf.IvfRaBitQFormat,
      io.sagitta.ivf.IvfScalarQuantizerFormat,
      io.sagitta.ivf.MultiIndexFormat;
  provides io.sagitta.core.factory.IndexFactoryPart with
      io.sagitta.ivf.IvfFactoryPart;
}
