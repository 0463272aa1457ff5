package io.sagitta.ivf;

import io.sagitta.core.codec.VectorCodec;
import io.sagitta.core.io.StoredBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One published state of an inverted-file index. Opaque: for the index classes and file formats of
 * this package.
 *
 * <p>Immutable; safe for all threads while its version is held.
 */
public final class IvfState {
  final boolean trained;
  final VectorCodec codec;
  final ListTable lists;
  final long ntotal;

  /** Where new rows go; null when the lists are a read-only view of a file. */
  final @Nullable ListStore store;

  /** File content that lists point into. */
  final List<StoredBytes> borrowed;

  /** What a subclass keeps beside the lists (refinement codes, duplicates); its own type. */
  final @Nullable Object extra;

  /** Counts states of one index, to tell whether the direct map speaks of this one. */
  final long epoch;

  /** Counted when first asked for; two threads may count the same. */
  private volatile long rows = -1;

  IvfState(
      boolean trained,
      VectorCodec codec,
      ListTable lists,
      long ntotal,
      @Nullable ListStore store,
      List<StoredBytes> borrowed,
      @Nullable Object extra,
      long epoch) {
    this.trained = trained;
    this.codec = codec;
    this.lists = lists;
    this.ntotal = ntotal;
    this.store = store;
    this.borrowed = borrowed;
    this.extra = extra;
    this.epoch = epoch;
  }

  /** A first state without vectors. */
  static IvfState empty(boolean trained, VectorCodec codec, int nlist, @Nullable Object extra) {
    return new IvfState(
        trained, codec, ListTable.empty(nlist), 0, new MemoryListStore(), List.of(), extra, 0);
  }

  IvfState withTraining(VectorCodec newCodec, @Nullable Object newExtra) {
    return new IvfState(true, newCodec, lists, ntotal, store, borrowed, newExtra, epoch + 1);
  }

  IvfState withLists(ListTable table, long total) {
    return withLists(table, total, extra);
  }

  IvfState withLists(ListTable table, long total, @Nullable Object newExtra) {
    return new IvfState(trained, codec, table, total, store, borrowed, newExtra, epoch + 1);
  }

  /** The same training over other storage. */
  IvfState withStore(
      ListTable table,
      long total,
      @Nullable ListStore other,
      List<StoredBytes> file,
      @Nullable Object newExtra) {
    return new IvfState(trained, codec, table, total, other, file, newExtra, epoch + 1);
  }

  /** Rows in all lists; {@link #ntotal} counts those too that no list took. */
  long rows() {
    long n = rows;
    if (n < 0) {
      n = lists.totalSize();
      rows = n;
    }
    return n;
  }

  /** Frees what this state holds; no reader may be left. */
  void free() {
    if (store != null) {
      store.close();
    }
    borrowed.forEach(StoredBytes::release);
  }

  long offHeapBytes() {
    long sum = store == null ? 0 : store.heldBytes();
    for (StoredBytes b : borrowed) {
      sum += b.segment().byteSize();
    }
    return sum;
  }
}
