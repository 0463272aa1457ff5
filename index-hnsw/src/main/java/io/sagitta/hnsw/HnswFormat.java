package io.sagitta.hnsw;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.codec.PanoramaLayout;
import io.sagitta.core.io.IndexFormat;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import io.sagitta.flat.IndexFlat;
import io.sagitta.flat.IndexFlatCodes;
import io.sagitta.flat.IndexPQ;
import io.sagitta.flat.IndexRaBitQ;
import io.sagitta.flat.IndexScalarQuantizer;
import java.io.IOException;
import java.util.Set;

/**
 * The graph family's files: {@code IHNf} (raw vectors), {@code IHNs} (scalar quantizer), {@code
 * IHNp} (product quantizer), {@code IH00} (any flat codes), {@code IHc2} and the older {@code IHNc}
 * (CAGRA's graphs), {@code IHfP} (raw vectors and their tail norms) and {@code IHNr} (RaBitQ).
 * Header, graph, then the storage as an index of its own, which may be missing. Stateless. Source:
 * FAISS {@code index_read.cpp}, {@code index_write.cpp}.
 */
public final class HnswFormat implements IndexFormat<HnswState> {
  /** For {@link java.util.ServiceLoader}. */
  public HnswFormat() {}

  @Override
  public Set<String> fourccs() {
    return Set.of("IHNf", "IHNs", "IHNp", "IH00", "IHc2", "IHNc", "IHfP", "IHNr");
  }

  @Override
  public Set<Class<? extends AbstractIndex<HnswState>>> types() {
    return Set.of(
        IndexHNSW.class,
        IndexHNSWFlat.class,
        IndexHNSWSQ.class,
        IndexHNSWPQ.class,
        IndexHNSWFlatPanorama.class,
        IndexHNSWRaBitQ.class,
        IndexHNSWCagra.class);
  }

  @Override
  public Index read(String fourcc, IndexInput in) throws IOException {
    IndexHeader h = IndexHeader.read(in);
    if (h.d() < 1) {
      throw in.bad("dimension " + h.d() + " of a graph index is not in [1, 2^20]");
    }
    if (fourcc.equals("IHfP")) {
      return readPanorama(h, in);
    }
    if (fourcc.equals("IHc2") || fourcc.equals("IHNc")) {
      return readCagra(fourcc, h, in);
    }
    HnswFile graph = new HnswFile(in, h.ntotal());
    HnswStorage s = HnswStorage.read(in, h, graph);
    int d = h.d();
    MetricType m = h.metric();
    float arg = h.metricArg();
    return switch (fourcc) {
      case "IHNs" -> {
        require(in, s, IndexScalarQuantizer.class);
        yield s.into(new IndexHNSWSQ(d, m, arg, s.state, s.writer, graph.stored), graph);
      }
      case "IHNp" -> {
        require(in, s, IndexPQ.class);
        yield s.into(new IndexHNSWPQ(d, m, arg, s.state, s.writer, graph.stored), graph);
      }
      case "IHNr" -> {
        require(in, s, IndexRaBitQ.class);
        if (m != MetricType.L2) {
          throw in.bad("a graph over RaBitQ codes measures L2, not " + m);
        }
        boolean staged = in.readBoolean();
        if (staged && s.index instanceof IndexRaBitQ q && q.bits() == 1) {
          throw in.bad("staged search of 1-bit codes, which have no error bound");
        }
        yield s.into(new IndexHNSWRaBitQ(d, s.state, s.writer, graph.stored, staged), graph);
      }
      case "IH00" -> s.into(new IndexHNSW(d, m, arg, s.state, s.writer, graph.stored), graph);
      default -> {
        require(in, s, IndexFlat.class);
        yield s.into(new IndexHNSWFlat(d, m, arg, s.state, s.writer, graph.stored), graph);
      }
    };
  }

  private static void require(IndexInput in, HnswStorage s, Class<? extends IndexFlatCodes> storage)
      throws IOException {
    IndexFlatCodes index = s.index;
    if (index != null && !storage.isInstance(index)) {
      throw in.bad(
          "the storage is an "
              + index.getClass().getSimpleName()
              + ", not an "
              + storage.getSimpleName());
    }
  }

  private static Index readPanorama(IndexHeader h, IndexInput in) throws IOException {
    if (h.metric() != MetricType.L2) {
      throw in.bad("a Panorama graph measures L2, not " + h.metric());
    }
    long levels = in.readLong();
    if (levels < 1 || levels > h.d()) {
      throw in.bad(
          "Panorama levels " + Long.toUnsignedString(levels) + " are not in [1, " + h.d() + "]");
    }
    PanoramaLayout layout = new PanoramaLayout(h.d(), (int) levels, 1);
    long norms = in.readCount(4);
    if (norms / (layout.levels() + 1) != h.ntotal() || norms % (layout.levels() + 1) != 0) {
      throw in.bad(
          norms
              + " tail norms are not "
              + (layout.levels() + 1)
              + " for "
              + h.ntotal()
              + " vectors");
    }
    in.peekAndSkip(4 * norms);
    HnswFile graph = new HnswFile(in, h.ntotal());
    HnswStorage s = HnswStorage.read(in, h, graph);
    require(in, s, IndexFlat.class);
    return s.into(new IndexHNSWFlatPanorama(layout, s.state, s.writer, graph.stored), graph);
  }

  private static Index readCagra(String fourcc, IndexHeader h, IndexInput in) throws IOException {
    boolean keepMaxSize = in.readBoolean();
    boolean baseLevelOnly = in.readBoolean();
    int entryPoints = in.readInt();
    if (baseLevelOnly && entryPoints < 1) {
      throw in.bad("num_base_level_search_entrypoints " + entryPoints + " is below 1");
    }
    int numericType = 0;
    if (fourcc.equals("IHc2")) {
      numericType = in.readInt();
      if (numericType < 0 || numericType > 3) {
        throw in.bad("numeric type " + numericType + " is not in [0, 3]");
      }
    }
    HnswFile graph = new HnswFile(in, h.ntotal());
    HnswStorage s = HnswStorage.read(in, h, graph);
    IndexHNSWCagra index =
        s.into(
            new IndexHNSWCagra(
                h.d(), h.metric(), h.metricArg(), s.state, s.writer, graph.stored, numericType),
            graph);
    index.settings.keepMaxSizeLevel0 = keepMaxSize;
    index.settings.baseLevelOnly = baseLevelOnly;
    index.settings.baseLevelEntryPoints = entryPoints;
    return index;
  }

  @Override
  public void write(AbstractIndex<HnswState> index, HnswState s, IndexOutput out)
      throws IOException {
    IndexHNSW graph = (IndexHNSW) index;
    out.writeFourcc(
        switch (graph) {
          case IndexHNSWFlat f -> "IHNf";
          case IndexHNSWSQ q -> "IHNs";
          case IndexHNSWPQ q -> "IHNp";
          case IndexHNSWFlatPanorama f -> "IHfP";
          case IndexHNSWRaBitQ q -> "IHNr";
          case IndexHNSWCagra c -> "IHc2";
          default -> "IH00";
        });
    boolean trained = s.codec() == null || s.codec().isTrained();
    new IndexHeader(index.d(), s.count(), trained, index.metricType(), index.metricArg())
        .write(out);
    if (graph instanceof IndexHNSWFlatPanorama p) {
      p.writeNorms(s, out);
    }
    if (graph instanceof IndexHNSWCagra c) {
      out.writeBoolean(c.settings.keepMaxSizeLevel0);
      out.writeBoolean(c.settings.baseLevelOnly);
      out.writeInt(c.settings.baseLevelEntryPoints);
      out.writeInt(c.numericType());
    }
    HnswFile.write(s, graph.settings, out);
    HnswStorage.write(graph, s, out);
    if (graph instanceof IndexHNSWRaBitQ q) {
      out.writeBoolean(q.staged());
    }
  }
}
