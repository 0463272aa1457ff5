package io.sagitta.hnsw;

import io.sagitta.core.MetricType;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph over uncompressed vectors whose files also hold the tail norms of every vector (FAISS
 * {@code IndexHNSWFlatPanorama}), L2 only.
 *
 * <p>Answers are those of {@link IndexHNSWFlat}. FAISS prunes neighbours level by level and queues
 * a pruned one under its partial distance, which visits other nodes and, at equal recall, took it a
 * third longer than its plain graph on 784 dimensions (see {@code bench/FINDINGS.md}); here every
 * neighbour is measured in full. The norms are a function of the vectors, so none are kept in
 * memory: they are computed while a file is written, in FAISS's order of sums. Threads, memory and
 * errors as {@link IndexHNSW} says.
 */
public final class IndexHNSWFlatPanorama extends IndexHNSW {
  /** FAISS's number of levels in factory strings. */
  public static final int DEFAULT_LEVELS = 8;

  private final PanoramaLayout layout;

  /**
   * An empty index.
   *
   * @param d dimension
   * @param m neighbours on an upper level, half of those on the base level, 2..32768
   * @param levels levels of tail norms, 1..d
   * @throws IllegalArgumentException if d, m or levels is out of range
   */
  public IndexHNSWFlatPanorama(int d, int m, int levels) {
    super(d, MetricType.L2, 0f, new FloatCodec(d), m);
    layout = new PanoramaLayout(d, levels, 1);
  }

  IndexHNSWFlatPanorama(
      PanoramaLayout layout,
      HnswState first,
      @Nullable HnswWriter writer,
      List<StoredBytes> stored) {
    super(layout.d(), MetricType.L2, 0f, first, writer, stored);
    this.layout = layout;
  }

  /** Levels asked for; where they do not divide the dimension there may be fewer. */
  public int levels() {
    return layout.levelsAsked();
  }

  @Override
  IndexHNSW newLike(HnswState s, HnswWriter w) {
    return new IndexHNSWFlatPanorama(layout, s, w, List.of());
  }

  /** Writes what stands between header and graph: levels, then levels + 1 norms a vector. */
  void writeNorms(HnswState s, IndexOutput out) throws IOException {
    out.writeLong(layout.levelsAsked());
    CodeRows codes = s.codes();
    if (codes == null) {
      throw new UnsupportedOperationException(
          "IndexHNSWFlatPanorama was read without its storage, from which its norms are computed");
    }
    out.writeLong(s.count() * (layout.levels() + 1));
    MemorySegment norms = MemorySegment.ofArray(new float[layout.levels() + 1]);
    for (long i = 0; i < s.count(); i++) {
      int row = s.rowOf(i);
      layout.putNorms(norms, 0, 0, codes.chunk(row), codes.offset(row));
      out.writeSegment(norms, 0, norms.byteSize());
    }
  }
}
