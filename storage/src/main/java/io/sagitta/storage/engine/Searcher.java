package io.sagitta.storage.engine;

import io.sagitta.core.IDSelector;
import io.sagitta.core.KnnResult;
import io.sagitta.core.Vectors;
import io.sagitta.core.collect.TopK;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.SearchResult;
import io.sagitta.storage.SimilarityMetric;
import io.sagitta.storage.VectorMetadata;
import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.StoredRecord;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Searches of a store: index and metadata together.
 *
 * <p>A search takes no lock. It asks the index, then looks up each key it got. When a key is no
 * longer live (its embedding was removed or replaced between the two), or its metadata no longer
 * pass, or too few were found while embeddings were replaced, the search is done again, now with a
 * selector that asks for live keys; after some rounds it waits for the writer instead. So a result
 * is always an embedding as it is kept, vector and metadata of one version, and there are k
 * whenever k pass.
 *
 * <p>An approximate index may find fewer than k although k pass, mostly under a filter that few
 * pass. Then everything that passes is counted, and if there is more, it is searched exactly: an
 * inverted file through all its lists, any other over the passing vectors one by one.
 */
final class Searcher {
  private static final int ROUNDS_WITHOUT_LOCK = 6;
  private static final long MAX_PAUSE_NANOS = 1_000_000;
  private static final int EXACT_CHUNK = 1024;

  private final StoreState state;
  private final EmbeddingIndex index;
  private final MetadataStore metadata;
  private final ReentrantLock writeLock;
  private final SimilarityMetric metric;
  private final float defaultThreshold;

  Searcher(
      StoreState state, ReentrantLock writeLock, SimilarityMetric metric, float defaultThreshold) {
    this.state = state;
    this.index = state.index;
    this.metadata = state.metadata;
    this.writeLock = writeLock;
    this.metric = metric;
    this.defaultThreshold = defaultThreshold;
  }

  /** One embedding found: its number, and what is kept of it. */
  private record Hit(float raw, StoredRecord record, float @Nullable [] vector) {}

  /** Searches for each query. */
  List<List<SearchResult>> search(Vectors queries, int k, SearchOptions options) {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", must be 1 or more");
    }
    VectorCheck.check(queries, index.plan().dimension(), metric);
    CompiledFilter filter = CompiledFilter.ofNullable(options.filter());
    long size = metadata.size();
    int wanted = (int) Math.min(k, Math.max(1, size));
    int asked = index.rescores() ? (int) Math.min(Math.max(4L * wanted, 64), size + 1) : wanted;
    IDSelector selector = filter == null ? null : IDSelector.of(key -> metadata.test(key, filter));
    long before = state.replacements();
    KnnResult found = index.search(queries, asked, options.parameters(), selector);
    List<List<SearchResult>> results = new ArrayList<>(found.nq());
    for (int q = 0; q < found.nq(); q++) {
      results.add(one(queries, q, wanted, asked, found, before, filter, options));
    }
    return results;
  }

  private List<SearchResult> one(
      Vectors queries,
      int q,
      int wanted,
      int asked,
      KnnResult found,
      long before,
      @Nullable CompiledFilter filter,
      SearchOptions options) {
    Scoring scoring =
        index.rescores() || index.isApproximate()
            ? new Scoring(metric, queries.slice(q, 1).toArray())
            : null;
    List<Hit> hits = resolve(found, q, filter, scoring, options);
    if (hits == null || (scoring == null && mayMiss(hits, wanted, before))) {
      hits = again(queries.slice(q, 1), wanted, asked, filter, scoring, options);
    }
    if (hits.size() < wanted && scoring != null) {
      Vectors query = queries.slice(q, 1);
      List<Hit> few = hits;
      hits = settled(() -> completed(query, wanted, few, filter, scoring, options));
    }
    return results(hits, wanted, options);
  }

  /**
   * Whether an exact search that has found fewer than were wanted may have passed an embedding by
   * because it was replaced meanwhile. (An approximate search counts what passes anyway.)
   */
  private boolean mayMiss(List<Hit> hits, int wanted, long before) {
    return hits.size() < wanted && ((before & 1) == 1 || state.replacements() != before);
  }

  /** The hits of one query, or null if one of them changed meanwhile. */
  private @Nullable List<Hit> resolve(
      KnnResult found,
      int q,
      @Nullable CompiledFilter filter,
      @Nullable Scoring scoring,
      SearchOptions options) {
    boolean rescore = scoring != null && index.rescores();
    List<Hit> hits = new ArrayList<>(found.count(q));
    for (int i = 0; i < found.count(q); i++) {
      Hit hit =
          hit(found.id(q, i), found.distance(q, i), filter, rescore ? scoring : null, options);
      if (hit == null) {
        return null;
      }
      hits.add(hit);
    }
    return isDistinct(hits) ? hits : null;
  }

  /** Whether no id is there twice: as it was before it was replaced, and after. */
  private static boolean isDistinct(List<Hit> hits) {
    Set<String> ids = HashSet.newHashSet(hits.size());
    for (Hit hit : hits) {
      if (!ids.add(hit.record.id())) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Hit hit(
      long key,
      float raw,
      @Nullable CompiledFilter filter,
      @Nullable Scoring rescore,
      SearchOptions options) {
    StoredRecord record = metadata.get(key);
    if (record == null
        || (filter != null && !filter.test(MemorySegment.ofArray(record.document()), 0))) {
      return null;
    }
    if (rescore == null && !options.vectors()) {
      return new Hit(raw, record, null);
    }
    try {
      float[] vector = index.get(key);
      float number = rescore == null ? raw : rescore.raw(MemorySegment.ofArray(vector), 0);
      return new Hit(number, record, options.vectors() ? vector : null);
    } catch (IllegalArgumentException e) {
      return null; // removed meanwhile
    }
  }

  /** Searches again, for live keys only, until nothing changes under it. */
  private List<Hit> again(
      Vectors query,
      int wanted,
      int asked,
      @Nullable CompiledFilter filter,
      @Nullable Scoring scoring,
      SearchOptions options) {
    IDSelector live = IDSelector.of(key -> metadata.test(key, filter));
    return settled(
        () -> {
          long before = state.replacements();
          KnnResult found = index.search(query, asked, options.parameters(), live);
          List<Hit> hits = resolve(found, 0, filter, scoring, options);
          return hits != null && scoring == null && mayMiss(hits, wanted, before) ? null : hits;
        });
  }

  private interface Attempt {
    /** Null if something changed under it. */
    @Nullable List<Hit> run();
  }

  /**
   * Tries until nothing changes under it: some times beside the writer, then in its place, whenever
   * that is free between two attempts. It never queues for the lock: a virtual thread that is woken
   * in a queue and waits for a carrier holds up everyone behind it for as long as others keep the
   * carriers busy. A pause between attempts gives the carrier to them.
   */
  private List<Hit> settled(Attempt attempt) {
    for (int round = 0; ; round++) {
      boolean alone = round >= ROUNDS_WITHOUT_LOCK && writeLock.tryLock();
      List<Hit> hits = alone ? locked(attempt) : attempt.run();
      if (hits != null) {
        return hits;
      }
      if (round >= ROUNDS_WITHOUT_LOCK) {
        LockSupport.parkNanos(Math.min(MAX_PAUSE_NANOS, 10_000L << Math.min(round, 10)));
      }
    }
  }

  /** An attempt with the lock, which is given back. */
  private List<Hit> locked(Attempt attempt) {
    try {
      List<Hit> hits = attempt.run();
      if (hits == null) {
        throw new IllegalStateException("index and metadata disagree with no writer at work");
      }
      return hits;
    } finally {
      writeLock.unlock();
    }
  }

  /** Searches exactly, if more pass than were found; null if something changed under it. */
  private @Nullable List<Hit> completed(
      Vectors query,
      int wanted,
      List<Hit> hits,
      @Nullable CompiledFilter filter,
      Scoring scoring,
      SearchOptions options) {
    long[] passing = KeyList.passing(metadata, filter);
    if (passing.length <= hits.size()) {
      return hits;
    }
    if (passing.length > EXACT_CHUNK && !index.rescores()) {
      IDSelector live = IDSelector.of(key -> metadata.test(key, filter));
      KnnResult found = index.searchExhaustively(query, wanted, live);
      if (found != null) {
        return resolve(found, 0, filter, scoring, options);
      }
    }
    return exact(passing, wanted, filter, scoring, options);
  }

  private @Nullable List<Hit> exact(
      long[] keys,
      int wanted,
      @Nullable CompiledFilter filter,
      Scoring scoring,
      SearchOptions options) {
    int d = index.plan().dimension();
    TopK best = new TopK(index.plan().metric());
    best.begin(wanted);
    for (int from = 0; from < keys.length; from += EXACT_CHUNK) {
      long[] chunk = Arrays.copyOfRange(keys, from, Math.min(keys.length, from + EXACT_CHUNK));
      MemorySegment vectors = MemorySegment.ofArray(vectors(chunk));
      for (int i = 0; i < chunk.length; i++) {
        if (chunk[i] < 0) {
          return null;
        }
        best.add(scoring.raw(vectors, 4L * i * d), chunk[i]);
      }
    }
    KnnResult found = new KnnResult(1, wanted);
    best.finish(found, 0);
    return resolve(found, 0, filter, null, options);
  }

  /** The vectors of keys; a key that is gone is set to −1. */
  private float[] vectors(long[] keys) {
    try {
      return index.get(keys);
    } catch (IllegalArgumentException e) {
      int d = index.plan().dimension();
      float[] out = new float[keys.length * d];
      for (int i = 0; i < keys.length; i++) {
        try {
          System.arraycopy(index.get(keys[i]), 0, out, i * d, d);
        } catch (IllegalArgumentException gone) {
          keys[i] = -1;
        }
      }
      return out;
    }
  }

  private List<SearchResult> results(List<Hit> hits, int wanted, SearchOptions options) {
    float threshold = options.threshold() == null ? defaultThreshold : options.threshold();
    List<SearchResult> results = new ArrayList<>(Math.min(wanted, hits.size()));
    for (Hit hit : hits) {
      float similarity = metric.similarity(hit.raw);
      if (similarity >= threshold) {
        results.add(
            new SearchResult(
                hit.record.id(),
                similarity,
                metric.distance(hit.raw),
                VectorMetadata.fromMap(DocumentReader.read(hit.record.document())),
                hit.vector));
      }
    }
    results.sort(Comparator.comparingDouble((SearchResult r) -> r.similarity()).reversed());
    return results.size() > wanted ? new ArrayList<>(results.subList(0, wanted)) : results;
  }
}
