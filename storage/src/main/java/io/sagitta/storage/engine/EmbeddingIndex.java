package io.sagitta.storage.engine;

import io.sagitta.core.IDSelector;
import io.sagitta.core.IDSelectorBatch;
import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.storage.SimilarityMetric;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The index of a store: vectors under keys. It may be replaced by another one while searches run
 * ({@link #replace}); a search that meets the end of the old one begins again on the new.
 *
 * <p>Writing verbs are for one thread at a time (the store's write lock); reading verbs for any.
 */
final class EmbeddingIndex implements AutoCloseable {
  /** The index in use and the string it was made from, which change together. */
  record Current(Index index, String factory) {}

  /** Dead vectors that an inverted file always puts up with. */
  private static final long MIN_DEAD = 4_096;

  /** An inverted file is purged when more than this part of its live vectors is dead. */
  private static final long MAX_DEAD_PART = 50;

  private final IndexPlan plan;
  private final @Nullable Originals originals;
  private final AtomicLong dead = new AtomicLong();
  private volatile Current current;
  private boolean removes = true;

  EmbeddingIndex(IndexPlan plan, @Nullable Originals originals, Current first) {
    this.plan = plan;
    this.originals = originals;
    this.current = first;
  }

  Current current() {
    return current;
  }

  IndexPlan plan() {
    return plan;
  }

  @Nullable Originals originals() {
    return originals;
  }

  /** Whether the index in use is not yet the one that is meant. */
  boolean isStaged() {
    return plan.trains() && current.factory.equals(plan.exactFactory());
  }

  /** Whether the codes of an index are the vectors themselves. */
  private boolean holdsOriginals(Current c) {
    return plan.lossless() || c.factory.equals(plan.exactFactory());
  }

  /** Writes originals where the index has none: before the put is logged, for it may fail. */
  void stage(long firstKey, Vectors x) {
    if (originals != null) {
      originals.put(firstKey, x);
    }
  }

  /** Forgets originals whose put could not be logged. */
  void unstage(long firstKey, int n) {
    for (int i = 0; originals != null && i < n; i++) {
      originals.remove(firstKey + i);
    }
  }

  void add(long firstKey, Vectors x) {
    addTo(current, consecutive(firstKey, Math.toIntExact(x.n())), x);
  }

  /** Adds vectors to an index that may not be in use yet. */
  void addTo(Current c, long[] keys, Vectors x) {
    c.index.addWithIds(asCoded(c, x), keys, ProgressListener.NONE);
  }

  /** Lossy codes of a cosine store are of vectors of length 1. */
  Vectors asCoded(Current c, Vectors x) {
    if (plan.similarity() != SimilarityMetric.COSINE || holdsOriginals(c)) {
      return x;
    }
    return normalized(x);
  }

  static Vectors normalized(Vectors x) {
    float[] out = x.toArray();
    int d = x.d();
    for (int i = 0; i < x.n(); i++) {
      double scale = 1 / Math.sqrt(VectorCheck.squares(x.data(), x.offset(i), d));
      for (int j = i * d; j < (i + 1) * d; j++) {
        out[j] = (float) (out[j] * scale);
      }
    }
    return Vectors.of(out, d);
  }

  static long[] consecutive(long first, int n) {
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = first + i;
    }
    return keys;
  }

  /**
   * Takes the vectors of keys that are no longer live out of the index, at once or later: an
   * inverted file is gone through as a whole, which pays for many keys together, and some graphs
   * cannot give up a vector. Until then they are dead: searches leave them out.
   *
   * @param live says which keys are
   */
  void remove(long[] keys, LongPredicate live) {
    if (originals != null) {
      for (long key : keys) {
        originals.remove(key);
      }
    }
    if (keys.length == 0) {
      return;
    }
    Index index = current.index;
    long dead = this.dead.addAndGet(keys.length);
    if (current.factory.startsWith("IVF")) {
      if (dead > Math.max(MIN_DEAD, (index.ntotal() - dead) / MAX_DEAD_PART)) {
        this.dead.addAndGet(-index.removeIds(IDSelector.of(key -> !live.test(key))));
      }
    } else if (removes) {
      try {
        index.removeIds(new IDSelectorBatch(keys));
        this.dead.addAndGet(-keys.length);
      } catch (UnsupportedOperationException e) {
        removes = false;
      }
    }
  }

  /** Whether there are vectors in the index whose keys are not live. */
  boolean hasDead() {
    return dead.get() > 0;
  }

  /** Vectors in the index whose keys are not live. */
  long dead() {
    return dead.get();
  }

  /** Says how many keys are live, of an index that was read or made anew. */
  void countDead(long live) {
    dead.set(Math.max(0, current.index.ntotal() - live));
  }

  /** Empties the index, which goes back to the exact one if it has to be trained. */
  void clear() {
    if (plan.trains()) {
      replace(new Current(plan.create(plan.exactFactory()), plan.exactFactory()));
    } else {
      current.index.reset();
    }
    dead.set(0);
    if (originals != null) {
      originals.clear();
    }
  }

  /** Puts another index in place of the one in use, which is closed when its searches are done. */
  void replace(Current next) {
    Current old = current;
    current = next;
    removes = true;
    old.index.close();
  }

  /** Runs a reading verb on the index in use, again if that was replaced meanwhile. */
  private <T> T read(Function<Current, T> body) {
    while (true) {
      Current c = current;
      try {
        return body.apply(c);
      } catch (IllegalStateException e) {
        if (c == current) {
          throw e;
        }
      }
    }
  }

  /**
   * Copies the original vector of a key.
   *
   * @throws IllegalArgumentException if there is none
   */
  float[] get(long key) {
    float[] out = new float[plan.dimension()];
    MemorySegment target = MemorySegment.ofArray(out);
    if (originals != null) {
      if (!originals.read(key, target, 0)) {
        throw new IllegalArgumentException("there is no vector under key " + key);
      }
      return out;
    }
    return read(
        c -> {
          c.index.reconstruct(key, target, 0);
          return out;
        });
  }

  /**
   * Copies the original vectors of keys.
   *
   * @throws IllegalArgumentException if there is none under one of them
   */
  float[] get(long[] keys) {
    if (originals == null) {
      return read(c -> c.index.reconstructBatch(keys));
    }
    float[] out = new float[Math.multiplyExact(keys.length, plan.dimension())];
    MemorySegment target = MemorySegment.ofArray(out);
    for (int i = 0; i < keys.length; i++) {
      if (!originals.read(keys[i], target, 4L * i * plan.dimension())) {
        throw new IllegalArgumentException("there is no vector under key " + keys[i]);
      }
    }
    return out;
  }

  /** Whether candidates must be scored again from the originals. */
  boolean rescores() {
    return !holdsOriginals(current);
  }

  /** Whether the index in use may miss what it should find. */
  boolean isApproximate() {
    return IndexPlan.isApproximate(current.factory);
  }

  /**
   * Searches.
   *
   * @param given what the caller tells the index, or null for the plan's choice; without effect
   *     while the index is the exact one that a store begins with
   */
  KnnResult search(
      Vectors queries, int k, @Nullable SearchParameters given, @Nullable IDSelector selector) {
    Vectors x = queries;
    return read(
        c -> {
          SearchParameters p =
              isStaged()
                  ? SearchParameters.NONE
                  : given == null ? IndexPlan.parametersFor(c.factory, k) : given;
          return c.index.search(asCoded(c, x), k, p.withSelector(selector));
        });
  }

  /** Searches everything, where the index has parameters for that; else null. */
  @Nullable KnnResult searchExhaustively(Vectors queries, int k, IDSelector selector) {
    SearchParameters all = IndexPlan.exhaustive(current.factory);
    return all == null || isStaged() ? null : search(queries, k, all, selector);
  }

  long size() {
    return read(c -> c.index.ntotal());
  }

  long offHeapBytes() {
    long bytes = read(c -> c.index.offHeapBytes());
    return originals == null ? bytes : bytes + originals.bytes();
  }

  @Override
  public void close() {
    current.index.close();
    if (originals != null) {
      originals.close();
    }
  }
}
