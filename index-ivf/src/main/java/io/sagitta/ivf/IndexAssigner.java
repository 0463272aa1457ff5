package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.cluster.CentroidAssigner;

/** Lets an index assign rows to centroids in k-means; it holds the centroids of the last step. */
final class IndexAssigner implements CentroidAssigner {
  private final Index index;
  private final KnnResult found = new KnnResult();

  IndexAssigner(Index index) {
    this.index = index;
  }

  @Override
  public boolean largerIsBetter() {
    return index.metricType().isSimilarity();
  }

  @Override
  public void setCentroids(Vectors centroids, boolean retrain) {
    index.reset();
    if (retrain || !index.isTrained()) {
      index.train(centroids);
    }
    index.add(centroids);
  }

  @Override
  public void assign(Vectors x, int[] labels, float[] distances) {
    index.searchInto(x, 1, SearchParameters.NONE, found);
    for (int i = 0; i < found.nq(); i++) {
      labels[i] = (int) found.rawLabels()[i];
      distances[i] = found.rawDistances()[i];
    }
  }
}
