package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The list of each vector, and vectors ordered by list. */
final class CoarseAssignment {
  private CoarseAssignment() {}

  /** The nearest list of each row; −1 where there is none (NaN). */
  static long[] nearest(Index quantizer, Vectors x) {
    KnnResult out = new KnnResult();
    quantizer.searchInto(x, 1, SearchParameters.NONE, out);
    return out.labels();
  }

  /** (list &lt;&lt; 32 | row), ascending, of the rows that have a list. */
  static long[] byList(long[] lists, int from, int n) {
    long[] keys = new long[n];
    int m = 0;
    for (int i = 0; i < n; i++) {
      if (lists[from + i] >= 0) {
        keys[m++] = lists[from + i] << 32 | i;
      }
    }
    keys = Arrays.copyOf(keys, m);
    Arrays.sort(keys);
    return keys;
  }

  /** x − centroid of its list, row by row, into {@code out} (n × d floats); no list: zeros. */
  static void residuals(Index quantizer, Vectors x, long[] lists, MemorySegment out) {
    int d = x.d();
    float[] centroid = new float[d];
    MemorySegment c = MemorySegment.ofArray(centroid);
    for (int i = 0; i < x.n(); i++) {
      if (lists[i] < 0) {
        continue;
      }
      quantizer.reconstruct(lists[i], c, 0);
      for (int j = 0; j < d; j++) {
        out.set(Vectors.FLOAT, x.offset(i) + 4L * j, x.get(i, j) - centroid[j]);
      }
    }
  }
}
