package io.sagitta.ivf;

import io.sagitta.core.IDSelector;
import io.sagitta.core.SearchKey;
import io.sagitta.core.SearchParameters;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The settings of one call: what the parameters say, else what the index says. Scratch. */
final class SearchSettings {
  static final Set<SearchKey> KEYS =
      Set.copyOf(
          EnumSet.of(
              SearchKey.NPROBE,
              SearchKey.MAX_CODES,
              SearchKey.ENSURE_TOPK_FULL,
              SearchKey.MAX_EMPTY_RESULT_BUCKETS,
              SearchKey.EXACT,
              SearchKey.QUANTIZER));

  int nprobe;
  long maxCodes;
  boolean ensureTopkFull;
  int maxEmptyBuckets;
  boolean exact;

  /** Bits of a quantised query, −1 = not set. */
  int qb = -1;

  boolean centered;

  /**
   * Bits in which a PQ code may not differ from the query's; 0 or less: any, MIN_VALUE: not set.
   */
  int polysemousHt;

  /** Unquantised look-up tables; 1 yes, 0 no, −1 = not set. */
  int floatTables = -1;

  SearchParameters quantizer = SearchParameters.NONE;
  @Nullable IDSelector selector;

  /** All rows that pass the selector, where that is known. */
  @Nullable PassingRows passing;

  /**
   * Reads and checks.
   *
   * @throws IllegalArgumentException for a field the index does not have or a bad value
   */
  void read(IndexIVF index, SearchParameters p) {
    p.requireOnly(index.getClass().getSimpleName(), index.searchKeys());
    int probes = p.getInt(SearchKey.NPROBE, index.nprobe());
    if (probes < 1) {
      throw new IllegalArgumentException("nprobe = " + probes + " must be at least 1");
    }
    nprobe = Math.min(probes, index.nlist());
    maxCodes = p.getLong(SearchKey.MAX_CODES, index.maxCodes());
    if (maxCodes < 0) {
      throw new IllegalArgumentException("max_codes = " + maxCodes + " must not be negative");
    }
    ensureTopkFull = p.getBoolean(SearchKey.ENSURE_TOPK_FULL, false);
    maxEmptyBuckets = p.getInt(SearchKey.MAX_EMPTY_RESULT_BUCKETS, 0);
    if (maxEmptyBuckets < 0) {
      throw new IllegalArgumentException(
          "max_empty_result_buckets = " + maxEmptyBuckets + " must not be negative");
    }
    exact = p.getBoolean(SearchKey.EXACT, false);
    qb = p.getInt(SearchKey.QB, -1);
    centered = p.getBoolean(SearchKey.CENTERED, false);
    floatTables =
        p.has(SearchKey.FLOAT_TABLES) ? (p.getBoolean(SearchKey.FLOAT_TABLES, false) ? 1 : 0) : -1;
    polysemousHt = p.getInt(SearchKey.POLYSEMOUS_HT, Integer.MIN_VALUE);
    index.check(this);
    quantizer = p.quantizer();
    selector = p.selector();
    passing = null;
  }

  /** Looks the members of the selector up, where that costs less than testing the lists. */
  void resolve(IndexIVF index, IvfState state, long nq) {
    IDSelector s = selector;
    passing = s == null ? null : index.passing().rows(index, state, s, nq, nprobe);
  }

  /** Forgets references. */
  void clear() {
    selector = null;
    passing = null;
    quantizer = SearchParameters.NONE;
  }
}
