/** Exact and flat-codes indexes, and wrappers around any index. */
module io.sagitta.flat {
  requires com.carrotsearch.hppc;
  requires transitive io.sagitta.core;
  requires static org.jspecify;

  exports io.sagitta.flat;

  provides io.sagitta.core.io.IndexFormat with
      io.sagitta.flat.CosineFlatFormat,
      io.sagitta.flat.FlatFormat,
      io.sagitta.flat.FlatPanoramaFormat,
      io.sagitta.flat.IdMapFormat,
      io.sagitta.flat.PQFastScanFormat,
      io.sagitta.flat.PreTransformFormat,
      io.sagitta.flat.ProductQuantizerFormat,
      io.sagitta.flat.RaBitQFastScanFormat,
      io.sagitta.flat.RaBitQFormat,
      io.sagitta.flat.RefineFormat,
      io.sagitta.flat.ScalarQuantizerFormat;
  provides io.sagitta.core.factory.IndexFactoryPart with
      io.sagitta.flat.AbsentFactoryPart,
      io.sagitta.flat.CodecFactoryPart,
      io.sagitta.flat.CosineFactoryPart,
      io.sagitta.flat.FlatFactoryPart,
      io.sagitta.flat.FlatPanoramaFactory,
      io.sagitta.flat.IdMapFactoryPart,
      io.sagitta.flat.PQFastScanFactory,
      io.sagitta.flat.RaBitQFactory,
      io.sagitta.flat.RefineFactoryPart,
      io.sagitta.flat.TransformFactoryPart;
}
