package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import io.sagitta.core.codec.FastScanCodec;
import io.sagitta.core.codec.FastScanCodes;
import io.sagitta.core.codec.FastScanFloats;
import io.sagitta.core.codec.FastScanProbeTables;
import io.sagitta.core.codec.FastScanTables;
import io.sagitta.core.codec.ProductQuantizer;
import io.sagitta.core.collect.TopK;
import io.sagitta.core.kernel.FastScanKernels;
import io.sagitta.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scans lists of 4-bit codes in blocks. k-NN search compares 16-bit sums on one scale for all
 * probed lists, as FAISS does ({@link #begin}, {@link #scan}); what asks for distances one list at
 * a time (range search, collectors) gets them from a table of its own per list.
 *
 * <p>Scratch of one thread.
 */
final class FastScanScanner extends ListScanner {
  private static final int BLOCK = FastScanKernels.BLOCK;

  private final Index quantizer;
  private final ProductQuantizer pq;
  private final int m;
  private final int blockBytes;
  private final boolean residual;
  private final boolean similarity;
  private final FastScanTables tables;
  private final FastScanProbeTables probeTables;
  private final float[] query;
  private final float[] shifted;
  private final MemorySegment shiftedMemory;
  private final float[] table;
  private float[] all = new float[0];
  private float[] coarse = new float[0];
  private final short[] sums = new short[BLOCK];
  private final long[] hits = new long[2];
  private final FastScanFloats floats;
  private final ListSlots slots = new ListSlots();
  private float bias;

  FastScanScanner(Index quantizer, FastScanCodec codec, boolean residual, boolean similarity) {
    this.quantizer = quantizer;
    pq = codec.quantizer();
    m = pq.m();
    blockBytes = codec.blocks().blockBytes();
    this.residual = residual;
    this.similarity = similarity;
    tables = new FastScanTables(m);
    probeTables = new FastScanProbeTables(m);
    query = new float[pq.d()];
    shifted = new float[pq.d()];
    shiftedMemory = MemorySegment.ofArray(shifted);
    table = new float[16 * m];
    floats = new FastScanFloats(m, similarity ? MetricType.INNER_PRODUCT : MetricType.L2);
  }

  private boolean shiftsQuery() {
    return residual && !similarity;
  }

  @Override
  void setQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    bias = 0f;
    if (!shiftsQuery()) {
      pq.computeTable(query, 0, similarity, table, 0);
      tables.quantiseBounded(table, 0);
    }
  }

  // ---- all probes of a query on one scale -------------------------------------------------------

  /** Makes the tables of a query's probes; those with a negative list are passed over. */
  void begin(long[] lists, float[] distances, int at, int probes) {
    if (!residual) {
      return;
    }
    if (coarse.length < probes) {
      coarse = new float[probes];
    }
    for (int p = 0; p < probes; p++) {
      coarse[p] = lists[at + p] < 0 ? distances[at] : distances[at + p];
    }
    if (similarity) {
      tables.quantiseWithBias(table, 0, coarse, probes);
      return;
    }
    if (all.length < probes * table.length) {
      all = new float[probes * table.length];
    }
    for (int p = 0; p < probes; p++) {
      long list = lists[at + p] < 0 ? lists[at] : lists[at + p];
      shift(list);
      pq.computeTable(shifted, 0, false, all, p * table.length);
    }
    probeTables.quantise(all, coarse, probes);
  }

  private void shift(long list) {
    quantizer.reconstruct(list, shiftedMemory, 0);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = query[i] - shifted[i];
    }
  }

  /** The distance a sum of {@link #scan} stands for. */
  float distance(float sum) {
    return shiftsQuery() ? probeTables.distance(sum) : tables.distance(sum);
  }

  /**
   * Offers the sums of a list.
   *
   * @param probe which of the probes of {@link #begin} the list is
   * @return rows looked at
   */
  int scan(
      InvertedList list,
      int number,
      int probe,
      int k,
      @Nullable IDSelector selector,
      boolean pairs,
      TopK top) {
    short[] entries = shiftsQuery() ? probeTables.entries() : tables.entries();
    int at = shiftsQuery() ? probeTables.at(probe) : 0;
    int plus = !residual ? 0 : similarity ? tables.bias(probe) : probeTables.bias(probe);
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      int n = list.rows(c);
      long pairBase = pairs ? (long) number << 32 | list.start(c) : -1;
      long block = chunk.codesAt();
      for (int from = 0; from < n; from += BLOCK, block += blockBytes) {
        int count = Math.min(BLOCK, n - from);
        block(chunk, block, from, count, entries, at, plus, k, selector, pairBase, top);
      }
    }
    return list.size();
  }

  private void block(
      ListChunk chunk,
      long block,
      int from,
      int count,
      short[] entries,
      int at,
      int plus,
      int k,
      @Nullable IDSelector selector,
      long pairBase,
      TopK top) {
    int groups = (count + FastScanKernels.GROUP - 1) / FastScanKernels.GROUP;
    boolean open = top.size() < k;
    int bound = open ? (similarity ? 0 : 0xffff) : (int) top.threshold();
    FastScanKernels kernels = Kernels.FAST_SCAN;
    boolean hit =
        similarity
            ? kernels.above(chunk.data(), block, m, entries, at, plus, groups, bound, hits, sums)
            : kernels.below(chunk.data(), block, m, entries, at, plus, groups, bound, hits, sums);
    if (open) {
      if (!hit) {
        // All sums equal the bound itself, and the kernel need not have written them.
        Arrays.fill(sums, (short) bound);
      }
      for (int i = 0; i < count; i++) {
        offer(chunk, from + i, sums[i] & 0xffff, selector, pairBase, top);
      }
    } else if (hit) {
      for (int w = 0; w < 2; w++) {
        for (long bits = hits[w] & FastScanKernels.valid(count, w); bits != 0; bits &= bits - 1) {
          int i = 64 * w + Long.numberOfTrailingZeros(bits);
          offer(chunk, from + i, sums[i] & 0xffff, selector, pairBase, top);
        }
      }
    }
  }

  private static void offer(
      ListChunk chunk, int row, int sum, @Nullable IDSelector selector, long pairBase, TopK top) {
    long id = chunk.id(row);
    if (selector == null || selector.isMember(id)) {
      top.add(sum, pairBase >= 0 ? pairBase + row : id);
    }
  }

  // ---- float tables -----------------------------------------------------------------------------

  /** Sets a query for {@link #scanFloats}: d floats at byte {@code offset}. */
  void setFloatQuery(MemorySegment x, long offset) {
    MemorySegment.copy(x, Vectors.FLOAT, offset, query, 0, query.length);
    if (!shiftsQuery()) {
      floats.setQuery(pq, query, 0);
    }
  }

  /**
   * Offers the unquantised distances of a list.
   *
   * @param coarseDistance the query's to the list's centroid
   * @return rows looked at
   */
  int scanFloats(
      InvertedList list,
      int number,
      float coarseDistance,
      @Nullable IDSelector selector,
      boolean pairs,
      TopK top) {
    if (shiftsQuery()) {
      shift(number);
      floats.setQuery(pq, shifted, 0);
    }
    float term = residual && similarity ? coarseDistance : 0f;
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      slots.chunk(chunk, selector, pairs ? (long) number << 32 | list.start(c) : -1);
      long block = chunk.codesAt();
      int n = list.rows(c);
      for (int from = 0; from < n; from += BLOCK, block += blockBytes) {
        slots.block(from);
        floats.scan(chunk.data(), block, Math.min(BLOCK, n - from), term, slots, top);
      }
    }
    slots.clear();
    return list.size();
  }

  // ---- one list at a time -----------------------------------------------------------------------

  @Override
  void setList(int list, float coarseDistance) {
    if (shiftsQuery()) {
      shift(list);
      pq.computeTable(shifted, 0, false, table, 0);
      tables.quantiseBounded(table, 0);
    } else if (residual) {
      bias = coarseDistance;
    }
  }

  @Override
  void run(MemorySegment codes, long offset, int n, float[] out) {
    short[] entries = tables.entries();
    for (int from = 0; from < n; from += BLOCK) {
      int count = Math.min(BLOCK, n - from);
      int groups = (count + FastScanKernels.GROUP - 1) / FastScanKernels.GROUP;
      long block = offset + (long) (from / BLOCK) * blockBytes;
      if (!Kernels.FAST_SCAN.below(codes, block, m, entries, 0, 0, groups, 0xffff, hits, sums)) {
        Arrays.fill(sums, (short) 0xffff);
      }
      for (int i = 0; i < count; i++) {
        out[from + i] = tables.distance(sums[i] & 0xffff) + bias;
      }
    }
  }

  @Override
  void chosen(MemorySegment codes, long offset, int[] chosen, int n, float[] out) {
    short[] entries = tables.entries();
    for (int i = 0; i < n; i++) {
      long block = offset + (long) (chosen[i] / BLOCK) * blockBytes;
      int slot = chosen[i] % BLOCK;
      int sum = 0;
      for (int s = 0; s < m; s++) {
        sum += entries[FastScanKernels.TABLE * s + FastScanCodes.get(codes, block, slot, s)];
      }
      out[i] = tables.distance(sum) + bias;
    }
  }
}
