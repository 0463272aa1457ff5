package io.sagitta.testkit;

import com.sun.management.ThreadMXBean;
import io.sagitta.core.IDSelectorArray;
import io.sagitta.core.IDSelectorRange;
import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.memory.MemoryBlock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/**
 * Reads damaged index files. Each must give one {@link IndexFormatException}, or an index on which
 * every call returns or throws a documented exception; neither may take much memory or leave some
 * behind. Seeded: a case is repeated by its number.
 */
public final class FileFuzzer {
  /** Heap a case may allocate, whatever the file claims. */
  private static final long MOST_HEAP = 256L << 20;

  private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<String> names;
  private final List<byte[]> files;
  private long refused;
  private long read;

  /**
   * @param names for messages, one per file
   * @param files sound index files
   */
  public FileFuzzer(List<String> names, List<byte[]> files) {
    if (files.isEmpty() || names.size() != files.size()) {
      throw new IllegalArgumentException(
          names.size() + " names are given for " + files.size() + " files, at least 1 is needed");
    }
    this.names = List.copyOf(names);
    this.files = List.copyOf(files);
  }

  /** Files refused so far. */
  public long refused() {
    return refused;
  }

  /** Damaged files that made an index so far. */
  public long read() {
    return read;
  }

  /**
   * Runs cases [from, to).
   *
   * @throws AssertionError at the first that misbehaves
   */
  public void run(long seed, long from, long to) {
    for (long i = from; i < to; i++) {
      one(seed, i);
    }
  }

  private void one(long seed, long number) {
    Random r = new Random(seed * 1_000_003 + number);
    int file = (int) Math.floorMod(number, (long) files.size());
    byte[] bytes = Mutation.of(files.get(file), files.get(r.nextInt(files.size())), r);
    long memory = MemoryBlock.allocatedBytes();
    long heap = BEAN.getCurrentThreadAllocatedBytes();
    try {
      try (Index index = IndexIO.fromBytes(bytes)) {
        read++;
        use(index, r);
      } catch (IndexFormatException e) {
        refused++;
        if (e.getMessage() == null || e.getMessage().isBlank()) {
          throw new AssertionError("the exception says nothing", e);
        }
      }
      long used = BEAN.getCurrentThreadAllocatedBytes() - heap;
      if (used > MOST_HEAP) {
        throw new AssertionError(used + " bytes of heap for a file of " + bytes.length);
      }
      long left = MemoryBlock.allocatedBytes() - memory;
      if (left != 0) {
        throw new AssertionError(left + " bytes off heap were not freed");
      }
    } catch (Throwable t) {
      throw new AssertionError(
          "seed " + seed + ", case " + number + ", a damaged " + names.get(file) + ": " + t, t);
    }
  }

  private static void use(Index index, Random r) {
    int d = index.d();
    long n = index.ntotal();
    float[] x = new float[d];
    for (int i = 0; i < Math.min(d, 64); i++) {
      x[i] = r.nextFloat();
    }
    float[] batch = new float[d <= 1024 ? 5 * d : d];
    SearchParameters some = SearchParameters.of(new IDSelectorRange(0, 1 + n / 2));
    Vectors one = Vectors.one(x);
    call(() -> index.search(x, 3));
    call(() -> index.search(Vectors.of(batch, d), 1));
    call(() -> index.search(one, 4, some));
    call(() -> index.rangeSearch(one, 1e3f));
    call(() -> index.reconstruct(0));
    call(() -> index.reconstruct(n - 1));
    call(() -> index.reconstructN(0, (int) Math.min(3, n)));
    call(() -> index.searchAndReconstruct(one, 2, SearchParameters.NONE));
    call(
        () -> {
          byte[] code = new byte[Math.toIntExact(Math.min(1 << 24, index.saCodeSize()))];
          index.saEncode(one, MemorySegment.ofArray(code));
          index.saDecode(1, MemorySegment.ofArray(code), MemorySegment.ofArray(new float[d]));
        });
    call(() -> IndexIO.toBytes(index));
    call(
        () -> {
          Index copy = index.copy();
          copy.close();
        });
    call(() -> index.add(x));
    call(() -> index.addWithIds(x, new long[] {77}));
    call(() -> index.removeIds(new IDSelectorArray(0, 77)));
    call(() -> index.search(x, 3));
    call(index::reset);
    call(() -> index.search(x, 1));
  }

  private static void call(Runnable verb) {
    try {
      verb.run();
    } catch (IllegalArgumentException
        | IllegalStateException
        | UnsupportedOperationException documented) {
      if (documented.getMessage() == null) {
        throw new AssertionError("the exception says nothing", documented);
      }
    }
  }

  /** Reads a sound file the way a case does, so that the seeds themselves are proved. */
  public void readSound() throws IOException {
    for (byte[] bytes : files) {
      try (Index index = IndexIO.fromBytes(bytes)) {
        use(index, new Random(1));
      }
    }
  }
}
