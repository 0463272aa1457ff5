package io.sagitta.ivf;

import com.carrotsearch.hppc.LongLongHashMap;
import io.sagitta.core.Index;
import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.io.IndexHeader;
import io.sagitta.core.io.IndexInput;
import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What every IVF file begins with: index header, nlist, nprobe, quantizer, (in the oldest files the
 * ids of each list,) direct map.
 */
record IvfHeader(
    IndexHeader base, int nlist, int nprobe, Index quantizer, long[][] legacyIds, int mapType) {

  /**
   * Reads.
   *
   * @param legacy whether the ids stand in the header ({@code Iv..} files)
   */
  static IvfHeader read(IndexInput in, boolean legacy) throws IOException {
    IndexHeader base = IndexHeader.read(in);
    long nlist = in.readLong();
    if (nlist < 1 || nlist > Integer.MAX_VALUE) {
      throw in.bad("nlist " + Long.toUnsignedString(nlist) + " is not in [1, 2^31)");
    }
    long nprobe = in.readLong();
    if (nprobe < 0) {
      throw in.bad("nprobe " + Long.toUnsignedString(nprobe) + " is not in [0, 2^63)");
    }
    Index quantizer = in.readIndexNotNull("quantizer");
    if (quantizer.d() != base.d()) {
      throw in.bad("the quantizer has dimension " + quantizer.d() + ", the index " + base.d());
    }
    if (base.isTrained() && quantizer.ntotal() != nlist) {
      throw in.bad("the quantizer has " + quantizer.ntotal() + " centroids, nlist is " + nlist);
    }
    long[][] ids = new long[0][];
    if (legacy) {
      if (nlist > in.remaining() / 8) {
        throw in.bad("nlist " + nlist + " exceeds the file");
      }
      ids = new long[(int) nlist][];
      for (int l = 0; l < nlist; l++) {
        ids[l] = in.readLongVector();
      }
    }
    int mapType = readDirectMap(in, base.ntotal());
    return new IvfHeader(
        base, (int) nlist, (int) Math.min(nprobe, Integer.MAX_VALUE), quantizer, ids, mapType);
  }

  /** The map is a function of the lists, so only its kind is kept. */
  private static int readDirectMap(IndexInput in, long ntotal) throws IOException {
    int type = in.readByte() & 0xff;
    if (type > 2) {
      throw in.bad("direct map type " + type + " is not 0, 1 or 2");
    }
    long places = in.readCount(8);
    if (type == 1 && places != ntotal) {
      throw in.bad("the direct map has " + places + " places for " + ntotal + " vectors");
    }
    in.peekAndSkip(8 * places);
    if (type == 2) {
      in.peekAndSkip(16 * in.readCount(16));
    }
    return type;
  }

  /** Writes the header of an index in a state. */
  static void write(IndexIVF index, IvfState state, IndexOutput out) throws IOException {
    new IndexHeader(index.d(), state.ntotal, state.trained, index.metricType(), index.metricArg())
        .write(out);
    out.writeLong(index.nlist());
    out.writeLong(index.nprobe());
    out.writeIndex(index.quantizer());
    writeDirectMap(index.directMapType(), state, out);
  }

  private static void writeDirectMap(DirectMapType type, IvfState state, IndexOutput out)
      throws IOException {
    out.writeByte(type.code());
    ListTable lists = state.lists;
    if (type == DirectMapType.ARRAY) {
      long[] places = new long[Math.toIntExact(state.ntotal)];
      Arrays.fill(places, DirectMap.ABSENT);
      for (int l = 0; l < lists.nlist(); l++) {
        InvertedList list = lists.get(l);
        for (int i = 0; i < list.size(); i++) {
          places[Math.toIntExact(list.id(i))] = (long) l << 32 | i;
        }
      }
      out.writeLongVector(places);
      return;
    }
    out.writeLong(0);
    if (type == DirectMapType.HASHTABLE) {
      LongLongHashMap places = new LongLongHashMap();
      for (int l = 0; l < lists.nlist(); l++) {
        InvertedList list = lists.get(l);
        for (int i = 0; i < list.size(); i++) {
          places.put(list.id(i), (long) l << 32 | i);
        }
      }
      out.writeLong(places.size());
      for (var e : places) {
        out.writeLong(e.key);
        out.writeLong(e.value);
      }
    }
  }

  /** The state of an index that was read. */
  IvfState state(VectorCodec codec, ListsFile.Lists lists, @Nullable Object extra) {
    return new IvfState(
        base.isTrained(),
        codec,
        lists.table(),
        base.ntotal(),
        lists.store(),
        lists.borrowed(),
        extra,
        0);
  }

  /** Finishes an index that was read: nprobe and direct map. */
  void apply(IndexIVF index, IndexInput in) throws IOException {
    index.nprobeFromFile(nprobe);
    if (mapType != 0) {
      try {
        index.setDirectMapType(DirectMapType.values()[mapType]);
      } catch (IllegalArgumentException e) {
        index.close();
        throw in.bad("the direct map does not fit the lists: " + e.getMessage());
      }
    }
  }
}
