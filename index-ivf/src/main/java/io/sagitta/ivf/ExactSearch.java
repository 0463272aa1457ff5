package io.sagitta.ivf;

import io.sagitta.core.KnnResult;
import io.sagitta.core.MetricType;
import io.sagitta.core.Parallelism;
import io.sagitta.core.Vectors;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Exact k nearest among the stored (decoded) vectors by the triangle inequality.
 *
 * <p>Each list remembers the smallest and largest distance of its vectors from its centroid, r₁ and
 * r₂ (computed on first use, cached until the list changes). With e = ‖q − c‖ no vector of the list
 * is nearer than max(0, e − r₂, r₁ − e); for inner product none scores above q·c + ‖q‖·r₂. Lists
 * are visited in the order of these bounds until the next one cannot beat the k-th result. The
 * bounds hold whatever put a vector into its list, so preassigned adds, merges and approximate
 * quantizers change only how many lists are needed. Rounding is covered by a slack of 1e-5 of the
 * terms.
 */
final class ExactSearch {
  private static final float SLACK = 1e-5f;
  private static final int ROWS = 64;

  private ExactSearch() {}

  /**
   * Searches.
   *
   * @param visited receives the lists each query needed, or null
   */
  static void search(
      IndexIVF index,
      IvfState state,
      Vectors queries,
      int k,
      SearchSettings settings,
      boolean pairs,
      KnnResult out,
      int @Nullable [] visited) {
    if (state.codec instanceof io.sagitta.core.codec.CosineCodec) {
      throw new IllegalArgumentException("exact search of a cosine index: take nprobe = nlist");
    }
    if (index.metricType().code() > 1) {
      throw new UnsupportedOperationException(
          "exact search needs L2 or inner product, the metric is " + index.metricType());
    }
    float[] centroids = index.centroids(state);
    boundAll(index, state, centroids);
    Parallelism.forRange(
        queries.n(),
        1,
        (from, to) -> {
          SearchScratch mine = index.takeScratch(state);
          long[] order = new long[index.nlist()];
          float[] coarse = new float[index.nlist()];
          try {
            for (int q = (int) from; q < to; q++) {
              int n =
                  one(
                      index, state, centroids, queries, q, k, mine, settings, pairs, order, coarse,
                      out);
              if (visited != null) {
                visited[q] = n;
              }
            }
          } finally {
            index.giveScratch(mine);
          }
        });
  }

  private static int one(
      IndexIVF index,
      IvfState state,
      float[] centroids,
      Vectors queries,
      int q,
      int k,
      SearchScratch mine,
      SearchSettings settings,
      boolean pairs,
      long[] order,
      float[] coarse,
      KnnResult out) {
    int d = index.d();
    boolean similarity = index.metricType() == MetricType.INNER_PRODUCT;
    float[] x = new float[d];
    MemorySegment.copy(queries.data(), Vectors.FLOAT, queries.offset(q), x, 0, d);
    double norm = Math.sqrt(Kernels.DISTANCES.squaredNorm(x, 0, d));
    int n = 0;
    for (int l = 0; l < index.nlist(); l++) {
      InvertedList list = state.lists.get(l);
      if (list.size() == 0) {
        continue;
      }
      ListBounds b = list.bounds();
      float bound;
      if (similarity) {
        coarse[l] = Kernels.DISTANCES.ip(x, 0, centroids, l * d, d);
        double reach = norm * b.farthest();
        bound = (float) -(coarse[l] + reach + SLACK * (Math.abs(coarse[l]) + reach + norm));
      } else {
        coarse[l] = Kernels.DISTANCES.l2(x, 0, centroids, l * d, d);
        double e = Math.sqrt(coarse[l]);
        double gap = Math.max(e - b.farthest(), b.nearest() - e);
        bound = (float) Math.max(0, gap - SLACK * (e + b.farthest()));
      }
      order[n++] = (long) ascending(bound) << 32 | l;
    }
    Arrays.sort(order, 0, n);
    mine.scanner.configure(settings);
    mine.scanner.setQuery(queries.data(), queries.offset(q));
    mine.top.begin(k);
    int visited = 0;
    long scored = 0;
    for (int i = 0; i < n; i++) {
      int l = (int) order[i];
      float bound = descended((int) (order[i] >> 32));
      float threshold = mine.top.threshold();
      if (similarity ? -bound < threshold : (double) bound * bound > threshold) {
        break;
      }
      mine.scanner.setList(l, coarse[l]);
      InvertedList list = state.lists.get(l);
      scored += mine.visit.visit(mine.scanner, list, l, list.size(), settings, pairs, mine.top);
      visited++;
    }
    index.stats().count(visited, scored);
    mine.top.finish(out, q);
    index.dropMinusOne(out, q);
    return visited;
  }

  /** Bits that ascend as the floats do. */
  private static int ascending(float v) {
    int bits = Float.floatToIntBits(v);
    return bits >= 0 ? bits : bits ^ 0x7fffffff;
  }

  private static float descended(int bits) {
    return Float.intBitsToFloat(bits >= 0 ? bits : bits ^ 0x7fffffff);
  }

  private static void boundAll(IndexIVF index, IvfState state, float[] centroids) {
    Parallelism.forRange(
        index.nlist(),
        16,
        (from, to) -> {
          float[] rows = null;
          for (int l = (int) from; l < to; l++) {
            InvertedList list = state.lists.get(l);
            if (list.size() > 0 && !list.bounds().known()) {
              rows = rows == null ? new float[ROWS * index.d()] : rows;
              list.bounds(bounds(index, state, list, centroids, l, rows));
            }
          }
        });
  }

  private static ListBounds bounds(
      IndexIVF index, IvfState state, InvertedList list, float[] centroids, int l, float[] rows) {
    int d = index.d();
    int codeSize = state.codec.codeSize();
    ListLayout layout = ListLayout.of(state.codec);
    MemorySegment plain =
        layout.unit() == 1 ? null : MemorySegment.ofArray(new byte[ROWS * codeSize]);
    MemorySegment memory = MemorySegment.ofArray(rows);
    float nearest = Float.MAX_VALUE;
    float farthest = 0;
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      for (int at = 0; at < list.rows(c); at += ROWS) {
        int n = Math.min(ROWS, list.rows(c) - at);
        if (plain == null) {
          long from = chunk.codesAt() + (long) at * codeSize;
          state.codec.decode(n, chunk.data(), from, memory, 0);
        } else {
          layout.read(chunk, at, n, plain, 0);
          state.codec.decode(n, plain, 0, memory, 0);
        }
        for (int i = 0; i < n; i++) {
          // A residual code is the difference itself.
          float square =
              index.byResidual()
                  ? Kernels.DISTANCES.squaredNorm(rows, i * d, d)
                  : Kernels.DISTANCES.l2(centroids, l * d, rows, i * d, d);
          // A NaN distance never is a result; infinity keeps the list in.
          if (!Float.isNaN(square)) {
            nearest = Math.min(nearest, square);
            farthest = Math.max(farthest, square);
          }
        }
      }
    }
    float near = nearest == Float.MAX_VALUE ? 0 : (float) Math.sqrt(nearest) * (1 - SLACK);
    return new ListBounds(near, (float) Math.sqrt(farthest) * (1 + SLACK));
  }
}
