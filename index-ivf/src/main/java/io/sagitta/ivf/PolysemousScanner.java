package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.PqQueryCode;
import io.sagitta.core.codec.ProductQuantizer;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes over codes that differ in too many bits from the query's own (polysemous codes: Douze,
 * Jégou, Perronnin 2016) and has another scanner measure the rest; without a threshold it hands
 * everything on. Source: FAISS {@code scan_list_polysemous}.
 */
final class PolysemousScanner extends ListScanner {
  private final ListScanner measuring;
  private final Index quantizer;
  private final ProductQuantizer pq;
  private final boolean residual;
  private final int codeSize;
  private final float worst;
  private final float[] query;
  private final float[] shifted;
  private final MemorySegment shiftedMemory;
  private @Nullable PqQueryCode code;
  private int[] near = new int[0];
  private int[] places = new int[0];
  private float[] some = new float[0];
  private int threshold;
  private int found;

  PolysemousScanner(
      ListScanner measuring,
      Index quantizer,
      ProductQuantizer pq,
      boolean residual,
      MetricType metric) {
    this.measuring = measuring;
    this.quantizer = quantizer;
    this.pq = pq;
    this.residual = residual;
    codeSize = pq.codeSize();
    worst = metric.worst();
    query = new float[pq.d()];
    shifted = new float[pq.d()];
    shiftedMemory = MemorySegment.ofArray(shifted);
  }

  private PqQueryCode code() {
    PqQueryCode c = code;
    if (c == null) {
      c = new PqQueryCode(pq);
      code = c;
    }
    return c;
  }

  @Override
  void configure(SearchSettings settings) {
    threshold = settings.polysemousHt;
    measuring.configure(settings);
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    measuring.setQuery(x, offset);
    if (threshold > 0) {
      MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
      if (!residual) {
        code().set(query, 0);
      }
    }
  }

  @Override
  void setList(int list, float coarse) {
    measuring.setList(list, coarse);
    if (threshold > 0 && residual) {
      quantizer.reconstruct(list, shiftedMemory, 0);
      for (int i = 0; i < query.length; i++) {
        shifted[i] = query[i] - shifted[i];
      }
      code().set(shifted, 0);
    }
  }

  @Override
  void setRows(InvertedList list, int row) {
    measuring.setRows(list, row);
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    if (threshold <= 0) {
      measuring.run(codes, offset, n, out);
      return;
    }
    room(n);
    found = code().within(codes, offset, n, threshold, near);
    Arrays.fill(out, 0, n, worst);
    if (found > 0) {
      measuring.chosen(codes, offset, near, found, some);
      for (int i = 0; i < found; i++) {
        out[near[i]] = some[i];
      }
    }
  }

  @Override
  void runBounded(MemorySegment codes, long offset, int n, float bound, float[] out) {
    if (threshold <= 0) {
      measuring.runBounded(codes, offset, n, bound, out);
    } else {
      run(codes, offset, n, out);
    }
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] rows, int n, float[] out) {
    if (threshold <= 0) {
      measuring.chosen(codes, offset, rows, n, out);
      return;
    }
    room(n);
    found = 0;
    for (int i = 0; i < n; i++) {
      out[i] = worst;
      if (code().bits(codes, offset + (long) rows[i] * codeSize) < threshold) {
        places[found] = i;
        near[found++] = rows[i];
      }
    }
    if (found > 0) {
      measuring.chosen(codes, offset, near, found, some);
      for (int i = 0; i < found; i++) {
        out[places[i]] = some[i];
      }
    }
  }

  @Override
  int measured(int n) {
    return threshold <= 0 ? n : found;
  }

  private void room(int n) {
    if (near.length < n) {
      near = new int[n];
      places = new int[n];
      some = new float[n];
    }
  }
}
