package io.sagitta.hnsw;

import io.sagitta.core.IDSelector;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one call: the index's own, overridden by the parameters'. Mutable so that a warm
 * search allocates nothing; for one thread.
 */
final class SearchPlan {
  static final Set<SearchKey> KEYS =
      Set.copyOf(
          EnumSet.of(
              SearchKey.EF_SEARCH,
              SearchKey.UPPER_BEAM,
              SearchKey.CHECK_RELATIVE_DISTANCE,
              SearchKey.BOUNDED_QUEUE,
              SearchKey.FILTER_STRATEGY));

  int efSearch;

  /** Candidates kept on the levels above the base; 1 = the greedy walk. */
  int upperBeam;

  boolean checkRelative;
  boolean bounded;

  /** Random starting points on the base level; 0 = descend from the entry point. */
  int baseLevelEntryPoints;

  @Nullable IDSelector selector;
  FilterStrategy strategy = FilterStrategy.AUTO;

  /**
   * @throws IllegalArgumentException for a parameter that graphs do not have, or out of range
   */
  void set(String index, HnswSettings settings, SearchParameters p) {
    p.requireOnly(index, KEYS);
    efSearch = HnswSettings.positive("efSearch", p.getInt(SearchKey.EF_SEARCH, settings.efSearch));
    upperBeam =
        HnswSettings.positive("upper_beam", p.getInt(SearchKey.UPPER_BEAM, settings.upperBeam));
    checkRelative = p.getBoolean(SearchKey.CHECK_RELATIVE_DISTANCE, settings.checkRelativeDistance);
    bounded = p.getBoolean(SearchKey.BOUNDED_QUEUE, settings.boundedQueue);
    baseLevelEntryPoints = settings.baseLevelOnly ? settings.baseLevelEntryPoints : 0;
    selector = p.selector();
    strategy =
        p.has(SearchKey.FILTER_STRATEGY)
            ? FilterStrategy.of(p.getString(SearchKey.FILTER_STRATEGY, ""))
            : FilterStrategy.AUTO;
  }
}
