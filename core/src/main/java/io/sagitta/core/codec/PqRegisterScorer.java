package io.sagitta.core.codec;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link PqByteScorer} whose runs are scored in registers, 256 codes at a time: by {@link PqSums},
 * or, with a bound, by {@link PqSieve} first and exactly only where that cannot tell. Every
 * distance has the bits of {@link #score}.
 *
 * <p>Room for columns and the rounded table is made by the first run: graphs, which score single
 * codes, do without.
 */
final class PqRegisterScorer extends PqByteScorer {
  private static final int BLOCK = PqColumns.BLOCK;
  private static final int GROUP = PqColumns.GROUP;

  private final float worst;
  private final float[] lanes = new float[BLOCK];
  private final int[] found = new int[BLOCK / GROUP];
  private @Nullable PqColumns columns;
  private @Nullable PqSieve sieve;

  /** The range of the sieve of this query; 0 while it has none. */
  private int sieved;

  PqRegisterScorer(ProductQuantizer quantizer, boolean innerProduct) {
    super(quantizer, innerProduct);
    worst = innerProduct ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
  }

  @Override
  public void setQuery(MemorySegment x, long offset) {
    super.setQuery(x, offset);
    sieved = 0;
  }

  private PqColumns columns() {
    PqColumns c = columns;
    if (c == null) {
      c = new PqColumns(m);
      columns = c;
    }
    return c;
  }

  /** The sieve of the current query. */
  private PqSieve sieve(int range) {
    PqSieve s = sieve;
    if (s == null) {
      s = new PqSieve(m);
      sieve = s;
    }
    if (sieved != range) {
      s.set(table, innerProduct, range);
      sieved = range;
    }
    return s;
  }

  @Override
  public void scoreRun(MemorySegment codes, long offset, int n, float[] out, int at) {
    int whole = n & -GROUP;
    PqColumns c = columns();
    for (int i = 0; i < whole; i += BLOCK) {
      int count = Math.min(BLOCK, whole - i);
      c.split(codes, offset + (long) i * codeSize, count);
      PqSums.sum(c, count, m, table, out, at + i, lanes);
    }
    super.scoreRun(codes, offset + (long) whole * codeSize, n - whole, out, at + whole);
  }

  @Override
  public void scoreRunBounded(
      MemorySegment codes, long offset, int n, float bound, float[] out, int at) {
    // While nothing is kept yet, there is no use in rounding the table.
    int limit =
        n < GROUP || Math.abs(bound) >= Float.MAX_VALUE
            ? Integer.MAX_VALUE
            : sieve(PqSieve.RANGE).limit(bound);
    if (limit == Integer.MAX_VALUE) {
      scoreRun(codes, offset, n, out, at);
      return;
    }
    int whole = n & -GROUP;
    PqColumns c = columns();
    for (int i = 0; i < whole; i += BLOCK) {
      int count = Math.min(BLOCK, whole - i);
      long o = offset + (long) i * codeSize;
      c.split(codes, o, count);
      sieve(PqSieve.RANGE).pass(c, count, limit, found);
      Arrays.fill(out, at + i, at + i + count, worst);
      for (int g = 0; g < count; g += GROUP) {
        for (int bits = found[g / GROUP]; bits != 0; bits &= bits - 1) {
          int p = g + Integer.numberOfTrailingZeros(bits);
          out[at + i + p] = score(codes, o + (long) p * codeSize);
        }
      }
    }
    super.scoreRun(codes, offset + (long) whole * codeSize, n - whole, out, at + whole);
  }

  @Override
  public void scoreTermsBounded(
      MemorySegment codes,
      long offset,
      int n,
      float[] terms,
      int from,
      float plus,
      float bound,
      float[] out) {
    if (!innerProduct || n < GROUP || !(Math.abs(bound) < Float.MAX_VALUE)) {
      super.scoreTermsBounded(codes, offset, n, terms, from, plus, bound, out);
      return;
    }
    PqSieve s = sieve(PqSieve.RANGE_WITH_TERMS);
    PqColumns c = columns();
    for (int i = 0; i < n; i += BLOCK) {
      int count = Math.min(BLOCK, n - i);
      long o = offset + (long) i * codeSize;
      // What stands behind the last code fills the last group, and is not looked at.
      int padded = (count + GROUP - 1) & -GROUP;
      if (o + (long) padded * codeSize > codes.byteSize()) {
        padded = count & -GROUP;
      }
      int limit = s.begin(terms, from + i, count, plus, bound);
      if (limit == Integer.MAX_VALUE) {
        scoreRun(codes, o, count, out, i);
        for (int p = i; p < i + count; p++) {
          out[p] = plus + terms[from + p] - 2 * out[p];
        }
        continue;
      }
      Arrays.fill(out, i, i + Math.min(padded, count), Float.POSITIVE_INFINITY);
      c.split(codes, o, padded);
      s.pass(c, padded, limit, found);
      for (int g = 0; g < padded; g += GROUP) {
        int bits = found[g / GROUP];
        if (g + GROUP > count) {
          bits &= (1 << count - g) - 1;
        }
        for (; bits != 0; bits &= bits - 1) {
          int p = i + g + Integer.numberOfTrailingZeros(bits);
          out[p] = plus + terms[from + p] - 2 * score(codes, offset + (long) p * codeSize);
        }
      }
      for (int p = i + padded; p < i + count; p++) {
        out[p] = plus + terms[from + p] - 2 * score(codes, offset + (long) p * codeSize);
      }
    }
  }
}
