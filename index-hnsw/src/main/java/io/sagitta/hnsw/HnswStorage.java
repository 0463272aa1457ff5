package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.IndexSnapshot;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.memory.CodeRows;
import io.sagitta.flat.FlatState;
import io.sagitta.flat.IndexFlatCodes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The storage index inside a graph's file. */
final class HnswStorage {
  final @Nullable IndexFlatCodes index;
  final HnswState state;
  final @Nullable HnswWriter writer;

  private HnswStorage(
      @Nullable IndexFlatCodes index, HnswState state, @Nullable HnswWriter writer) {
    this.index = index;
    this.state = state;
    this.writer = writer;
  }

  /**
   * Reads what follows the graph. A mapped file keeps the storage and is read-only; otherwise codes
   * and graph are copied, and the storage is left empty. Without a storage the graph is read-only.
   */
  static HnswStorage read(IndexInput in, IndexHeader outer, HnswFile graph) throws IOException {
    Index nested = in.readIndex();
    if (nested == null) {
      if (!in.options().map()) {
        HnswWriter w = new HnswWriter(graph.plan, 0);
        graph.copyTo(w.graph());
        return new HnswStorage(
            null, new HnswState(null, null, w.graph().newView(), null, outer.ntotal()), w);
      }
      return new HnswStorage(
          null, new HnswState(null, null, graph.inPlace(), null, outer.ntotal()), null);
    }
    if (!(nested instanceof IndexFlatCodes storage)) {
      throw in.bad(
          "the storage of a graph must be an index of flat codes, this one is "
              + nested.getClass().getSimpleName());
    }
    if (storage.d() != outer.d() || storage.ntotal() != outer.ntotal()) {
      throw in.bad(
          "the storage has %d x %d vectors, the graph %d x %d"
              .formatted(storage.ntotal(), storage.d(), outer.ntotal(), outer.d()));
    }
    if (storage.metricType() != outer.metric()) {
      throw in.bad(
          "the storage compares by " + storage.metricType() + ", the graph by " + outer.metric());
    }
    try (IndexSnapshot<FlatState> s = storage.snapshot()) {
      VectorCodec codec = s.state().codec();
      CodeRows codes = storage.codesOf(s.state());
      if (in.options().map()) {
        return new HnswStorage(
            storage, new HnswState(codec, codes, graph.inPlace(), null, outer.ntotal()), null);
      }
      HnswWriter w = new HnswWriter(graph.plan, codec.codeSize());
      graph.copyTo(w.graph());
      for (int c = 0; c < codes.chunkCount(); c++) {
        long first = c * codes.chunkRows();
        w.codes().append(codes.chunkAt(c), 0, Math.min(codes.chunkRows(), codes.size() - first));
      }
      HnswState state =
          new HnswState(codec, w.codes().view(), w.graph().newView(), null, outer.ntotal());
      return new HnswStorage(storage.emptyLike(codec), state, w);
    } finally {
      if (!in.options().map()) {
        storage.close();
      }
    }
  }

  /** Gives the index that was made of this its settings and its storage. */
  <T extends IndexHNSW> T into(T made, HnswFile graph) {
    made.settings.efConstruction = graph.efConstruction;
    made.settings.efSearch = graph.efSearch;
    if (index != null) {
      made.adopt(index, writer == null);
    }
    return made;
  }

  /** Writes the storage of a state, rows in the order of their ids. */
  static void write(IndexHNSW index, HnswState s, IndexOutput out) throws IOException {
    VectorCodec codec = s.codec();
    CodeRows codes = s.codes();
    if (codec == null || codes == null) {
      out.writeFourcc("null");
      return;
    }
    if (codec instanceof FloatCodec) {
      writeFlat(index, s, codes, out);
      return;
    }
    IndexFlatCodes template = index.template();
    if (template == null) {
      throw new UnsupportedOperationException(
          index.getClass().getSimpleName() + " has no storage that can be written");
    }
    try (IndexFlatCodes storage = template.emptyLike(codec)) {
      int bytes = codec.codeSize();
      int atOnce = Math.max(1, (1 << 20) / Math.max(1, bytes));
      MemorySegment block = MemorySegment.ofArray(new byte[Math.multiplyExact(atOnce, bytes)]);
      int filled = 0;
      for (long i = 0; i < s.count(); i++) {
        int row = s.rowOf(i);
        MemorySegment.copy(
            codes.chunk(row), codes.offset(row), block, (long) filled * bytes, bytes);
        if (++filled == atOnce || i == s.count() - 1) {
          storage.addSaCodes(filled, block, new long[0]);
          filled = 0;
        }
      }
      out.writeIndex(storage);
    }
  }

  private static void writeFlat(
      AbstractIndex<HnswState> index, HnswState s, CodeRows codes, IndexOutput out)
      throws IOException {
    out.writeFourcc(
        switch (index.metricType()) {
          case L2 -> "IxF2";
          case INNER_PRODUCT -> "IxFI";
          default -> "IxFl";
        });
    new IndexHeader(index.d(), s.count(), true, index.metricType(), index.metricArg()).write(out);
    out.writeLong(s.count() * index.d());
    for (long i = 0; i < s.count(); i++) {
      int row = s.rowOf(i);
      out.writeSegment(codes.chunk(row), codes.offset(row), codes.rowBytes());
    }
  }
}
