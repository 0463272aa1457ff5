package io.sagitta.storage.engine;

import io.sagitta.core.Index;
import io.sagitta.core.ProgressListener;
import io.sagitta.core.Vectors;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Makes a store's index anew from its original vectors: trained, with as many lists as its size
 * asks for, without the traces of what was removed. Searches go on with the old one until the new
 * one takes its place. For one thread at a time (the store's write lock).
 */
final class Optimizer {
  private static final int CHUNK = 8_192;

  private final StoreState state;
  private long keysAtBuild;
  private long sizeAtBuild;

  Optimizer(StoreState state) {
    this.state = state;
    keysAtBuild = state.nextKey();
    sizeAtBuild = state.metadata.size();
  }

  /**
   * Makes the index anew where that is worth it: where it must be trained, and where a graph has
   * lost more than a quarter of its vectors since it was made.
   *
   * @throws java.util.concurrent.CancellationException if the listener stopped it; nothing is
   *     changed then
   */
  void optimize(ProgressListener listener) {
    IndexPlan plan = state.index.plan();
    boolean graph = state.index.current().factory().startsWith("HNSW");
    long gone = sizeAtBuild + (state.nextKey() - keysAtBuild) - state.metadata.size();
    if (plan.trains() || state.index.hasDead() || (graph && gone * 4 > state.metadata.size())) {
      rebuild(listener);
    }
  }

  /**
   * Makes the index anew.
   *
   * @throws java.util.concurrent.CancellationException if the listener stopped it; nothing is
   *     changed then
   */
  void rebuild(ProgressListener listener) {
    IndexPlan plan = state.index.plan();
    long[] keys = KeyList.passing(state.metadata, null);
    String factory = plan.factoryFor(keys.length);
    if (factory.equals(plan.exactFactory()) && state.index.isStaged()) {
      return;
    }
    Index fresh = plan.create(factory);
    EmbeddingIndex.Current next = new EmbeddingIndex.Current(fresh, factory);
    boolean done = false;
    try {
      if (!fresh.isTrained()) {
        fresh.train(sample(keys, factory), listener);
      }
      for (int from = 0; from < keys.length; from += CHUNK) {
        listener.report("rebuild", from, keys.length);
        long[] chunk = Arrays.copyOfRange(keys, from, Math.min(keys.length, from + CHUNK));
        state.index.addTo(next, chunk, vectors(chunk));
      }
      state.index.replace(next);
      state.index.countDead(keys.length);
      done = true;
      keysAtBuild = state.nextKey();
      sizeAtBuild = keys.length;
    } finally {
      if (!done) {
        fresh.close();
      }
    }
  }

  private Vectors vectors(long[] keys) {
    return Vectors.of(state.index.get(keys), state.index.plan().dimension());
  }

  /** Some vectors to train on, of length 1 for the cosine, the same ones for the same store. */
  private Vectors sample(long[] keys, String factory) {
    IndexPlan plan = state.index.plan();
    long most = 65_536;
    if (factory.startsWith("IVF")) {
      most = Math.max(20_000, (long) plan.listsOf(factory) * IndexPlan.MAX_POINTS_PER_LIST);
    }
    long fits = (Integer.MAX_VALUE - 8L) / plan.dimension();
    int n = (int) Math.min(Math.min(most, keys.length), fits);
    long[] chosen = keys.clone();
    SplittableRandom random = new SplittableRandom(1234);
    for (int i = 0; i < n; i++) {
      int j = i + random.nextInt(chosen.length - i);
      long key = chosen[i];
      chosen[i] = chosen[j];
      chosen[j] = key;
    }
    Vectors x = vectors(Arrays.copyOf(chosen, n));
    return plan.similarity() == io.sagitta.storage.SimilarityMetric.COSINE
        ? EmbeddingIndex.normalized(x)
        : x;
  }
}
