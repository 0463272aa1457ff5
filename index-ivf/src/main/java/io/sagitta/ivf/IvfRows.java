package io.sagitta.ivf;

import io.sagitta.core.KnnResult;
import io.sagitta.core.KnnVectors;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Single rows of a state: where an id lies, and what the row's vector is. */
final class IvfRows {
  private IvfRows() {}

  /** Where an id lies in a state, or {@link DirectMap#ABSENT}. */
  static long find(IndexIVF index, IvfState s, long id) {
    if (index.directMap().type() == DirectMapType.NONE) {
      throw new IllegalStateException(
          index.getClass().getSimpleName()
              + " finds vectors by id only with a direct map: call setDirectMapType");
    }
    long place = index.directMap().place(id);
    if (place >= 0) {
      InvertedList list = s.lists.get((int) (place >>> 32));
      int row = (int) place;
      if (row < list.size() && list.id(row) == id) {
        return place;
      }
    }
    return index.directMap().isOf(s) ? DirectMap.ABSENT : scanFor(s, id);
  }

  private static long scanFor(IvfState s, long id) {
    for (int l = 0; l < s.lists.nlist(); l++) {
      InvertedList list = s.lists.get(l);
      for (int i = list.size() - 1; i >= 0; i--) {
        if (list.id(i) == id) {
          return (long) l << 32 | i;
        }
      }
    }
    return DirectMap.ABSENT;
  }

  /** Decodes one row, its centroid added where codes are residuals. */
  static void decode(
      IndexIVF index, IvfState s, int list, int row, MemorySegment out, long offset) {
    InvertedList l = s.lists.get(list);
    int c = l.chunkOf(row);
    ListChunk chunk = l.chunk(c);
    int place = row - l.start(c);
    if (s.codec.blocks() == null) {
      long at = chunk.codesAt() + (long) place * s.codec.codeSize();
      s.codec.decode(1, chunk.data(), at, out, offset);
    } else {
      MemorySegment plain = MemorySegment.ofArray(new byte[s.codec.codeSize()]);
      ListLayout.of(s.codec).read(chunk, place, 1, plain, 0);
      s.codec.decode(1, plain, 0, out, offset);
    }
    if (index.byResidual()) {
      addCentroid(index, list, 1, out, offset);
    }
  }

  /** Adds a list's centroid to n decoded rows. */
  static void addCentroid(IndexIVF index, int list, int n, MemorySegment out, long offset) {
    float[] centroid = index.quantizer().reconstruct(list);
    long at = offset;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < centroid.length; j++, at += 4) {
        out.set(Vectors.FLOAT, at, out.get(Vectors.FLOAT, at) + centroid[j]);
      }
    }
  }

  /** Decodes the rows with ids in [from, from + n), each to its place; other places stay. */
  static void decodeRange(IndexIVF index, IvfState s, long from, long n, MemorySegment out) {
    for (int l = 0; l < index.nlist(); l++) {
      InvertedList list = s.lists.get(l);
      for (int i = 0; i < list.size(); i++) {
        long id = list.id(i);
        if (id >= from && id < from + n) {
          decode(index, s, l, i, out, (id - from) * index.d() * 4);
        }
      }
    }
  }

  /**
   * The vectors of a search's results, whose labels are (list &lt;&lt; 32 | row) and become ids;
   * places without a result are filled with NaN of all ones, as in FAISS.
   */
  static KnnVectors withVectors(IndexIVF index, IvfState s, KnnResult out) {
    int k = out.k();
    float[] vectors = new float[Math.multiplyExact(Math.multiplyExact(out.nq(), k), index.d())];
    Arrays.fill(vectors, Float.intBitsToFloat(-1));
    MemorySegment target = MemorySegment.ofArray(vectors);
    for (int q = 0; q < out.nq(); q++) {
      for (int i = 0; i < out.count(q); i++) {
        int at = q * k + i;
        long pair = out.rawLabels()[at];
        decode(index, s, (int) (pair >>> 32), (int) pair, target, (long) at * index.d() * 4);
        out.rawLabels()[at] = s.lists.get((int) (pair >>> 32)).id((int) pair);
      }
    }
    return new KnnVectors(out, vectors);
  }

  /**
   * Checks what an array direct map needs.
   *
   * @throws IllegalArgumentException unless all ids are in [0, ntotal)
   */
  static void requireDenseIds(IvfState s) {
    for (int l = 0; l < s.lists.nlist(); l++) {
      InvertedList list = s.lists.get(l);
      for (int i = 0; i < list.size(); i++) {
        long id = list.id(i);
        if (id < 0 || id >= s.ntotal) {
          throw new IllegalArgumentException(
              "an array direct map needs ids in [0, " + s.ntotal + "), found " + id);
        }
      }
    }
  }

  /** Lists per query of an assignment that the caller made. */
  static int assignmentWidth(Vectors queries, long[] lists, float[] distances) {
    if (lists.length != distances.length
        || queries.n() == 0
        || lists.length % queries.n() != 0
        || lists.length == 0) {
      throw new IllegalArgumentException(
          lists.length
              + " lists and "
              + distances.length
              + " coarse distances do not fit "
              + queries.n()
              + " queries");
    }
    return Math.toIntExact(lists.length / queries.n());
  }

  /** Takes the id −1 out of a query's results. */
  static void dropMinusOne(KnnResult out, int q, MetricType metric) {
    int n = out.count(q);
    int base = q * out.k();
    long[] labels = out.rawLabels();
    float[] distances = out.rawDistances();
    int kept = 0;
    for (int i = 0; i < n; i++) {
      if (labels[base + i] != -1) {
        labels[base + kept] = labels[base + i];
        distances[base + kept++] = distances[base + i];
      }
    }
    if (kept < n) {
      out.finish(q, kept, metric.worst());
    }
  }
}
