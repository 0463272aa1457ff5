package io.sagitta.storage;

import io.sagitta.core.SearchParameters;
import io.sagitta.storage.filter.Filter;
import org.jspecify.annotations.Nullable;

/**
 * How a search goes about it. Immutable; start from {@link #DEFAULT}.
 *
 * @param threshold the least similarity of a result, or null for the store's own
 * @param filter which embeddings may be results, or null for all
 * @param parameters what the index is told ({@code efSearch}, {@code nprobe}), or null for the
 *     store's choice; a selector in it must be null, that is the filter's part
 * @param vectors whether results carry their vectors
 */
public record SearchOptions(
    @Nullable Float threshold,
    @Nullable Filter filter,
    @Nullable SearchParameters parameters,
    boolean vectors) {

  /** The store's threshold, no filter, the store's parameters, no vectors. */
  public static final SearchOptions DEFAULT = new SearchOptions(null, null, null, false);

  /** Checks the threshold and the parameters. */
  public SearchOptions {
    if (threshold != null && threshold.isNaN()) {
      throw new IllegalArgumentException("threshold is NaN");
    }
    if (parameters != null && parameters.selector() != null) {
      throw new IllegalArgumentException(
          "search parameters carry a selector; a store's search takes a filter instead");
    }
  }

  /** These with another threshold; −∞ leaves nothing out. */
  public SearchOptions withThreshold(double value) {
    return new SearchOptions((float) value, filter, parameters, vectors);
  }

  /** These with a filter. */
  public SearchOptions withFilter(@Nullable Filter value) {
    return new SearchOptions(threshold, value, parameters, vectors);
  }

  /** These with a filter in its text form. */
  public SearchOptions withFilter(String text) {
    return withFilter(Filter.parse(text));
  }

  /** These with parameters of the index. */
  public SearchOptions withParameters(@Nullable SearchParameters value) {
    return new SearchOptions(threshold, filter, value, vectors);
  }

  /** These, with results that carry their vectors. */
  public SearchOptions withVectors() {
    return new SearchOptions(threshold, filter, parameters, true);
  }
}
