package io.sagitta.ivf;

import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.io.TemporaryFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds an index file many times larger than memory: vectors are added to a trained index until it
 * holds a given number of bytes off heap, then its lists go to a shard file beside the target and
 * it is emptied; in the end the shards are merged on disk. Needs the disk space twice for a while.
 *
 * <p>For one thread. Closing and the end of the JVM remove the shard files; without {@link #finish}
 * there is no target.
 */
public final class IvfStreamBuild implements AutoCloseable {
  private final IndexIVF index;
  private final Path out;
  private final long limit;
  private final List<Path> shards = new ArrayList<>();
  private long added;

  /**
   * @param index trained and empty; the caller closes it
   * @param out the index file, replaced by {@link #finish}
   * @param limit bytes of lists off heap at which a shard is written, at least 1; a block of {@link
   *     #add} comes on top
   * @throws IllegalArgumentException if the index holds vectors or the limit is below 1
   */
  public IvfStreamBuild(IndexIVF index, Path out, long limit) {
    if (index.ntotal() != 0) {
      throw new IllegalArgumentException(
          "the index to build with holds " + index.ntotal() + " vectors already");
    }
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of " + limit + " bytes must be at least 1");
    }
    this.index = index;
    this.out = out;
    this.limit = limit;
  }

  /**
   * Adds vectors.
   *
   * @param ids one per vector, or null to number them on from those added before
   */
  public void add(Vectors x, long @Nullable [] ids, ProgressListener listener) throws IOException {
    long[] numbers = ids;
    if (numbers == null) {
      numbers = new long[Math.toIntExact(x.n())];
      Arrays.setAll(numbers, i -> added + i);
    }
    index.addWithIds(x, numbers, listener);
    added += x.n();
    if (index.offHeapBytes() - index.quantizer().offHeapBytes() >= limit) {
      spill();
    }
  }

  private void spill() throws IOException {
    Path shard = TemporaryFiles.beside(out, ".shard");
    shards.add(shard);
    IndexIO.write(index, shard);
    index.reset();
  }

  /** Vectors added so far. */
  public long added() {
    return added;
  }

  /** Writes the index file. The index given to the constructor is empty afterwards or holds all. */
  public void finish() throws IOException {
    if (shards.isEmpty()) {
      IndexIO.write(index, out);
      return;
    }
    if (index.ntotal() > 0) {
      spill();
    }
    IvfShards.merge(shards, out);
  }

  @Override
  public void close() throws IOException {
    for (Path shard : shards) {
      TemporaryFiles.remove(shard);
    }
    shards.clear();
  }
}
