package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.ivf.DirectMapType;
import io.sagitta.ivf.IndexIVF;

/** What only inverted files have; loaded when one is there, so that their module stays optional. */
final class InvertedFiles {
  private InvertedFiles() {}

  /** Makes an inverted file find its vectors by id. */
  static void findByKey(Index index) {
    IndexIVF ivf = (IndexIVF) index;
    if (ivf.directMapType() != DirectMapType.HASHTABLE) {
      ivf.setDirectMapType(DirectMapType.HASHTABLE);
    }
  }
}
