package io.sagitta.cli;

import io.sagitta.core.KnnResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.ElementType;
import io.sagitta.core.vectors.VectorFormat;
import io.sagitta.core.vectors.VectorWriter;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files a search writes: ids and distances, n × k each, in place only when all is done. */
final class ResultFiles implements AutoCloseable {
  private @Nullable VectorWriter ids;
  private @Nullable VectorWriter distances;
  private final int k;

  ResultFiles(@Nullable Path idsOut, @Nullable Path distancesOut, int k) throws IOException {
    this.k = k;
    if (idsOut != null) {
      VectorFormat format = VectorFormat.of(idsOut);
      if (format != VectorFormat.NPY && format != VectorFormat.IVECS) {
        throw new IllegalArgumentException("--ids-out takes .npy or .ivecs, not " + idsOut);
      }
      ids =
          VectorWriter.create(
              idsOut, k, format == VectorFormat.NPY ? ElementType.INT64 : ElementType.INT32);
    }
    if (distancesOut != null) {
      try {
        VectorFormat format = VectorFormat.of(distancesOut);
        if (format.element() != ElementType.FLOAT32) {
          throw new IllegalArgumentException(
              "--distances-out takes .npy, .fvecs or .fbin, not " + distancesOut);
        }
        distances = VectorWriter.create(distancesOut, k);
      } catch (Throwable t) {
        close();
        throw t;
      }
    }
  }

  void append(KnnResult result) throws IOException {
    if (ids != null) {
      long[] labels = result.rawLabels();
      for (int q = 0; q < result.nq(); q++) {
        ids.appendRow(labels, q * k);
      }
    }
    if (distances != null) {
      distances.append(Vectors.of(result.distances(), k));
    }
  }

  void commit() throws IOException {
    if (ids != null) {
      ids.commit();
    }
    if (distances != null) {
      distances.commit();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (ids != null) {
        ids.close();
      }
    } finally {
      if (distances != null) {
        distances.close();
      }
    }
  }
}
