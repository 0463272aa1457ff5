package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.codec.FloatCodec;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.core.io.StoredBytes;
import io.sagitta.core.memory.CodeRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The storage index inside a graph's file. */
final class HnswStorage {
  private HnswStorage() {}

  static IndexHNSW readFlat(IndexInput in, IndexHeader outer, HnswFile graph) throws IOException {
    String fourcc = in.readFourcc();
    if (!fourcc.equals("IxF2") && !fourcc.equals("IxFI") && !fourcc.equals("IxFl")) {
      throw in.bad("the storage is \"" + fourcc + "\", not a flat index");
    }
    IndexHeader h = IndexHeader.read(in);
    if (h.d() != outer.d() || h.ntotal() != outer.ntotal() || h.d() < 1) {
      throw in.bad(
          "the storage has %d x %d vectors, the graph %d x %d"
              .formatted(h.ntotal(), h.d(), outer.ntotal(), outer.d()));
    }
    long words = in.readCount(4);
    if (words != h.ntotal() * h.d()) {
      throw in.bad(words + " floats are not " + h.ntotal() + " vectors of dimension " + h.d());
    }
    FloatCodec codec = new FloatCodec(h.d());
    if (in.options().map()) {
      List<StoredBytes> stored = new ArrayList<>(graph.stored);
      StoredBytes codes = in.readStored(4 * words);
      stored.add(codes);
      CodeRows rows = CodeRows.over(codes.segment(), codec.codeSize(), h.ntotal());
      HnswState s = new HnswState(codec, rows, graph.inPlace(), null, h.ntotal());
      return settings(
          new IndexHNSWFlat(h.d(), outer.metric(), outer.metricArg(), s, null, stored), graph);
    }
    HnswWriter w = new HnswWriter(graph.plan, codec.codeSize());
    graph.copyTo(w.graph());
    w.codes().append(in.peekAndSkip(4 * words), 0, h.ntotal());
    HnswState s = new HnswState(codec, w.codes().view(), w.graph().newView(), null, h.ntotal());
    return settings(
        new IndexHNSWFlat(h.d(), outer.metric(), outer.metricArg(), s, w, List.of()), graph);
  }

  private static IndexHNSW settings(IndexHNSW index, HnswFile graph) {
    index.settings.efConstruction = graph.efConstruction;
    index.settings.efSearch = graph.efSearch;
    return index;
  }

  static void writeFlat(AbstractIndex<HnswState> index, HnswState s, IndexOutput out)
      throws IOException {
    out.writeFourcc(
        switch (index.metricType()) {
          case L2 -> "IxF2";
          case INNER_PRODUCT -> "IxFI";
          default -> "IxFl";
        });
    new IndexHeader(index.d(), s.count(), true, index.metricType(), index.metricArg()).write(out);
    CodeRows codes = Objects.requireNonNull(s.codes(), "an index over plain vectors has rows");
    out.writeLong(s.count() * index.d());
    for (long i = 0; i < s.count(); i++) {
      int row = s.rowOf(i);
      out.writeSegment(codes.chunk(row), codes.offset(row), codes.rowBytes());
    }
  }
}
