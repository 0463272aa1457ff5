package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.Clustering;
import io.sagitta.core.cluster.ClusteringParameters;
import io.sagitta.flat.IndexFlat;

/** Trains the coarse quantizer in one of FAISS's three modes ({@code Level1Quantizer}). */
final class Level1Trainer {
  private Level1Trainer() {}

  /** Leaves nlist centroids in the quantizer; does nothing when they are there. */
  static void train(IndexIVF index, Vectors x, ProgressListener listener) {
    Index quantizer = index.quantizer();
    int nlist = index.nlist();
    if (quantizer.isTrained() && quantizer.ntotal() == nlist) {
      return;
    }
    switch (index.quantizerTrainsAlone()) {
      case 1 -> {
        quantizer.train(x, listener);
        if (quantizer.ntotal() != nlist) {
          throw new IllegalStateException(
              "the quantizer trained itself to "
                  + quantizer.ntotal()
                  + " centroids, nlist is "
                  + nlist);
        }
      }
      case 2 -> {
        if (index.metricType() != MetricType.L2
            && !(index.metricType() == MetricType.INNER_PRODUCT
                && index.clusteringParameters().spherical())) {
          throw new IllegalStateException(
              "quantizer_trains_alone = 2 needs L2, or inner product with spherical k-means");
        }
        fill(quantizer, flatMeans(index, x, MetricType.L2, listener));
      }
      default -> trainPlain(quantizer, nlist, index.clusteringParameters(), x, listener);
    }
  }

  /** FAISS's plain training of a quantizer that belongs to no inverted file. */
  static void trainPlain(
      Index quantizer,
      int nlist,
      ClusteringParameters parameters,
      Vectors x,
      ProgressListener listener) {
    if (quantizer.isTrained() && quantizer.ntotal() == nlist) {
      return;
    }
    Clustering means = new Clustering(x.d(), nlist, parameters);
    if (quantizer instanceof IndexFlat && quantizer.metricType().code() <= 1) {
      means.train(x, quantizer.metricType(), null, listener);
      fill(quantizer, Vectors.of(means.centroids(), x.d()));
    } else {
      means.train(x, new IndexAssigner(quantizer), null, listener);
    }
  }

  private static Vectors flatMeans(
      IndexIVF index, Vectors x, MetricType metric, ProgressListener listener) {
    Clustering means = new Clustering(index.d(), index.nlist(), index.clusteringParameters());
    means.train(x, metric, null, listener);
    return Vectors.of(means.centroids(), index.d());
  }

  /** Puts centroids in the place of what the quantizer holds. */
  static void fill(Index quantizer, Vectors centroids) {
    quantizer.reset();
    if (!quantizer.isTrained()) {
      quantizer.train(centroids);
    }
    quantizer.add(centroids);
  }

  /**
   * Takes the centroids out again when the rest of a training failed; a multi-index keeps them, as
   * a quantizer that was trained beforehand would.
   */
  static void undo(Index quantizer) {
    if (!(quantizer instanceof MultiIndexQuantizer)) {
      quantizer.reset();
    }
  }
}
