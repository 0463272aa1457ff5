package io.sagitta.flat;

import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.concurrent.Reuse;

/**
 * One published state of a flat-codes index: a codec and rows of its codes. Immutable.
 *
 * @see IndexFlatCodes
 */
public final class FlatState {
  private final VectorCodec codec;
  private final FlatRows rows;
  private final Reuse<FlatScratch> scratch;
  private final FlatSource source;

  FlatState(VectorCodec codec, FlatRows rows, Reuse<FlatScratch> scratch) {
    this.codec = codec;
    this.rows = rows;
    this.scratch = scratch;
    source = FlatSource.all(rows, codec.codeSize());
  }

  /** The codec; trained or not. */
  public VectorCodec codec() {
    return codec;
  }

  /** Number of vectors. */
  public long size() {
    return rows.size();
  }

  FlatRows rows() {
    return rows;
  }

  /** All rows, for a scan of float codes. */
  FlatSource source() {
    return source;
  }

  Reuse<FlatScratch> scratch() {
    return scratch;
  }

  FlatState with(FlatRows other) {
    return new FlatState(codec, other, scratch);
  }
}
