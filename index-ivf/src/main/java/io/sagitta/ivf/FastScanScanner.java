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
  private static final int GROUP = FastScanKernels.GROUP;

  /** Rows of the nearest list that {@link #sieve} looks at. */
  private static final int SAMPLE = 2 * BLOCK;

  private static final int NO_SIEVE = -1;

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
  private final int[] slot = new int[BLOCK];
  private final long[] ids = new long[BLOCK];
  private final short[] sample = new short[SAMPLE];
  private int sieve = NO_SIEVE;
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
   * Finds a bound for {@link #scan} from the list nearest to the query: the k-th best sum of its
   * first rows. Nothing worse can be among the k best of all lists, and leaving it out changes
   * nothing else: of what the collector holds the worst goes first, whenever it came. So the lists
   * that are visited before the nearest one fill no heap with what will not stay.
   */
  void sieve(InvertedList list, int probe, int k) {
    sieve = NO_SIEVE;
    if (list.size() < k) {
      return;
    }
    ListChunk chunk = list.chunk(0);
    int n = Math.min(list.rows(0), SAMPLE);
    if (n < k) {
      return;
    }
    for (int from = 0, b = 0; from < n; from += BLOCK, b++) {
      int count = Math.min(BLOCK, n - from);
      long block = chunk.codesAt() + (long) b * blockBytes;
      sumUp(chunk.data(), block, (count + GROUP - 1) / GROUP, probe);
      System.arraycopy(sums, 0, sample, from, count);
    }
    int padded = (n + GROUP - 1) / GROUP * GROUP;
    Arrays.fill(sample, n, padded, similarity ? 0 : (short) 0xffff);
    // The least t with k sums at or below it; for similarities the largest with k at or above it.
    int low = 0;
    int high = 0xffff;
    while (low < high) {
      int mid = similarity ? (low + high + 1) >>> 1 : (low + high) >>> 1;
      int below = Kernels.CODES.countBelow(sample, padded, similarity ? mid : mid + 1);
      boolean enough = (similarity ? padded - below : below) >= k;
      if (similarity) {
        low = enough ? mid : low;
        high = enough ? high : mid - 1;
      } else {
        high = enough ? mid : high;
        low = enough ? low : mid + 1;
      }
    }
    int bound = similarity ? low - 1 : low + 1;
    sieve = bound > 0 && bound < 0xffff ? bound : NO_SIEVE;
  }

  /** Scans without {@link #sieve}. */
  void noSieve() {
    sieve = NO_SIEVE;
  }

  private void sumUp(MemorySegment codes, long block, int groups, int probe) {
    int at = shiftsQuery() ? probeTables.at(probe) : 0;
    if (!Kernels.FAST_SCAN.below(
        codes, block, m, entries(), at, bias(probe), groups, 0xffff, hits, sums)) {
      Arrays.fill(sums, (short) 0xffff);
    }
  }

  private short[] entries() {
    return shiftsQuery() ? probeTables.entries() : tables.entries();
  }

  private int bias(int probe) {
    return !residual ? 0 : similarity ? tables.bias(probe) : probeTables.bias(probe);
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
    short[] entries = entries();
    int at = shiftsQuery() ? probeTables.at(probe) : 0;
    int plus = bias(probe);
    FastScanKernels kernels = Kernels.FAST_SCAN;
    for (int c = 0; c < list.chunkCount(); c++) {
      ListChunk chunk = list.chunk(c);
      int n = list.rows(c);
      long pairBase = pairs ? (long) number << 32 | list.start(c) : -1;
      for (int from = 0; from < n; ) {
        long block = chunk.codesAt() + (long) (from / BLOCK) * blockBytes;
        int whole = (n - from) / BLOCK;
        int bound = bound(k, top);
        if (whole == 0 || bound < 0) {
          int count = Math.min(BLOCK, n - from);
          block(chunk, block, from, count, entries, at, plus, bound, selector, pairBase, top);
          from += BLOCK;
          continue;
        }
        int passed =
            similarity
                ? kernels.firstAbove(
                    chunk.data(), block, m, entries, at, plus, blockBytes, whole, bound, hits, sums)
                : kernels.firstBelow(
                    chunk.data(),
                    block,
                    m,
                    entries,
                    at,
                    plus,
                    blockBytes,
                    whole,
                    bound,
                    hits,
                    sums);
        from += passed * BLOCK;
        if (passed < whole) {
          some(chunk, from, BLOCK, selector, pairBase, top);
          from += BLOCK;
        }
      }
    }
    return list.size();
  }

  /** What a sum must beat, or −1 if anything will do. */
  private int bound(int k, TopK top) {
    return top.size() < k ? sieve : (int) top.threshold();
  }

  private void block(
      ListChunk chunk,
      long block,
      int from,
      int count,
      short[] entries,
      int at,
      int plus,
      int bound,
      @Nullable IDSelector selector,
      long pairBase,
      TopK top) {
    int groups = (count + GROUP - 1) / GROUP;
    boolean open = bound < 0;
    int limit = !open ? bound : similarity ? 0 : 0xffff;
    FastScanKernels kernels = Kernels.FAST_SCAN;
    boolean hit =
        similarity
            ? kernels.above(chunk.data(), block, m, entries, at, plus, groups, limit, hits, sums)
            : kernels.below(chunk.data(), block, m, entries, at, plus, groups, limit, hits, sums);
    if (open) {
      if (!hit) {
        // All sums equal the limit itself, and the kernel need not have written them.
        Arrays.fill(sums, (short) limit);
      }
      hits[0] = -1L;
      hits[1] = -1L;
    }
    if (open || hit) {
      some(chunk, from, count, selector, pairBase, top);
    }
  }

  /** Offers the hits of a block: ids first, all loads of them under way at once. */
  private void some(
      ListChunk chunk,
      int from,
      int count,
      @Nullable IDSelector selector,
      long pairBase,
      TopK top) {
    int n = 0;
    for (int w = 0; w < 2; w++) {
      for (long bits = hits[w] & FastScanKernels.valid(count, w); bits != 0; bits &= bits - 1) {
        int i = 64 * w + Long.numberOfTrailingZeros(bits);
        slot[n] = i;
        ids[n++] = chunk.id(from + i);
      }
    }
    for (int j = 0; j < n; j++) {
      if (selector == null || selector.isMember(ids[j])) {
        top.add(sums[slot[j]] & 0xffff, pairBase >= 0 ? pairBase + from + slot[j] : ids[j]);
      }
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
      int groups = (count + GROUP - 1) / GROUP;
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
