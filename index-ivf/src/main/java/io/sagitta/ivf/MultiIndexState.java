package io.sagitta.ivf;

import io.sagitta.core.codec.ProductQuantizer;

/**
 * A published state of a {@link MultiIndexQuantizer}: its product quantizer, which changes no more.
 * Opaque; immutable.
 */
public final class MultiIndexState {
  final ProductQuantizer quantizer;

  MultiIndexState(ProductQuantizer quantizer) {
    this.quantizer = quantizer;
  }
}
