package io.sagitta.storage.engine;

import io.sagitta.core.Vectors;
import io.sagitta.storage.log.LogPosition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Applies the log to a state that is being recovered. Puts that follow each other are gathered, up
 * to some thousands of rows, and go into the index in one call, which a graph can share among
 * threads. For one thread; {@link #finish} at the end.
 */
final class Replay implements LogCodec.Handler {
  private static final long GATHER_BYTES = 64L << 20;

  private final StoreState state;
  private final int d;
  private Arena arena = Arena.ofShared();
  private final List<Batch> gathered = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private long firstKey;
  private long rows;
  private long records;

  Replay(StoreState state, int d) {
    this.state = state;
    this.d = d;
  }

  /** Applies one record. */
  void record(long lsn, int type, MemorySegment payload, LogPosition position) {
    LogCodec.read(type, payload, position, d, this);
    records++;
  }

  long records() {
    return records;
  }

  @Override
  public void put(long key, Batch batch) {
    boolean follows = rows == 0 || key == firstKey + rows;
    boolean repeats = false;
    for (String id : batch.ids()) {
      repeats |= ids.contains(id);
    }
    if (!follows || repeats || rows * 4 * d > GATHER_BYTES) {
      flush();
    }
    if (rows == 0) {
      firstKey = key;
    }
    // The payload is mapped for this call only.
    Vectors x = batch.vectors();
    MemorySegment copy = arena.allocate(x.n() * x.rowBytes(), 64);
    MemorySegment.copy(x.data(), 0, copy, 0, x.n() * x.rowBytes());
    gathered.add(new Batch(new Vectors(x.n(), d, copy), batch.ids(), batch.documents()));
    ids.addAll(List.of(batch.ids()));
    rows += batch.size();
  }

  private void flush() {
    if (rows == 0) {
      return;
    }
    MemorySegment all = arena.allocate(rows * 4 * d, 64);
    String[] allIds = new String[(int) rows];
    byte[][] documents = new byte[(int) rows][];
    int at = 0;
    for (Batch batch : gathered) {
      MemorySegment.copy(batch.vectors().data(), 0, all, 4L * at * d, 4L * batch.size() * d);
      System.arraycopy(batch.ids(), 0, allIds, at, batch.size());
      System.arraycopy(batch.documents(), 0, documents, at, batch.size());
      at += batch.size();
    }
    state.index.stage(firstKey, new Vectors(rows, d, all));
    state.put(firstKey, new Batch(new Vectors(rows, d, all), allIds, documents));
    gathered.clear();
    ids.clear();
    rows = 0;
    arena.close();
    arena = Arena.ofShared();
  }

  @Override
  public void remove(long[] keys) {
    flush();
    state.remove(keys);
  }

  @Override
  public void replace(long[] keys, byte[][] documents) {
    flush();
    state.replace(keys, documents);
  }

  @Override
  public void clear(long nextKey) {
    flush();
    state.clear(nextKey);
  }

  /** Applies what is still gathered. */
  void finish() {
    flush();
    arena.close();
  }
}
