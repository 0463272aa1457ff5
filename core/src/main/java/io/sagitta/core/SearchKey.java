package io.sagitta.core;

import java.util.Locale;

/**
 * The per-call settings that some index has, under FAISS's names. Families document which they
 * take; see {@link SearchParameters}.
 */
public enum SearchKey {
  /** Inverted lists to visit; int ≥ 1. */
  NPROBE("nprobe", Integer.class),
  /** Budget of codes to scan, 0 = none; long ≥ 0. */
  MAX_CODES("max_codes", Long.class),
  /** Budget of lists to visit, 0 = none; int ≥ 0 (fast-scan only). */
  MAX_LISTS_NUM("max_lists_num", Integer.class),
  /** Raise the budget until k codes have passed the selector. */
  ENSURE_TOPK_FULL("ensure_topk_full", Boolean.class),
  /** Range search: stop after that many consecutive lists without a hit, 0 = off; int ≥ 0. */
  MAX_EMPTY_RESULT_BUCKETS("max_empty_result_buckets", Integer.class),
  /** IVF: stop when the triangle inequality proves the k results final (Sagitta's own). */
  EXACT("exact", Boolean.class),
  /** Parameters of the coarse quantizer. */
  QUANTIZER("quantizer", SearchParameters.class),
  /** Length of HNSW's candidate list; int ≥ 1. */
  EF_SEARCH("efSearch", Integer.class),
  /** HNSW: candidates kept on the levels above the base; int ≥ 1, FAISS up to 1.7. */
  UPPER_BEAM("upper_beam", Integer.class),
  /** HNSW: stop by relative distance. */
  CHECK_RELATIVE_DISTANCE("check_relative_distance", Boolean.class),
  /** HNSW: bounded candidate queue. */
  BOUNDED_QUEUE("bounded_queue", Boolean.class),
  /**
   * HNSW: how a selector is served: {@code auto}, {@code faiss}, {@code graph}, {@code walk} or
   * {@code scan}.
   */
  FILTER_STRATEGY("filter_strategy", String.class),
  /** PQ: 0 ADC, 1 HE, 2 generalized HE, 3 SDC, 4 polysemous, 5 polysemous generalized. */
  SEARCH_TYPE("search_type", Integer.class),
  /** Hamming threshold of polysemous filtering. */
  POLYSEMOUS_HT("polysemous_ht", Integer.class),
  /** IVFPQ: lists shorter than this are scanned without a table. */
  SCAN_TABLE_THRESHOLD("scan_table_threshold", Long.class),
  /** Refinement factor of {@code IndexRefine}; float ≥ 1. */
  K_FACTOR_RF("k_factor_rf", Float.class),
  /** Refinement factor of {@code IndexIVFPQR}; float ≥ 1. */
  K_FACTOR("k_factor", Float.class),
  /** RaBitQ: bits of the quantised query, 0 = float. */
  QB("qb", Integer.class),
  /** RaBitQ: centred query quantisation. */
  CENTERED("centered", Boolean.class),
  /** Fast-scan: float look-up tables instead of FAISS's quantised ones (Sagitta's own). */
  FLOAT_TABLES("float_tables", Boolean.class);

  private final String key;
  private final Class<?> type;

  SearchKey(String key, Class<?> type) {
    this.key = key;
    this.type = type;
  }

  /** FAISS's spelling, as used by {@code nprobe=8,efSearch=64}. */
  public String key() {
    return key;
  }

  /** Class of the value. */
  public Class<?> type() {
    return type;
  }

  /**
   * The key of a name, any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static SearchKey ofKey(String name) {
    for (SearchKey k : values()) {
      if (k.key.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        return k;
      }
    }
    StringBuilder known = new StringBuilder();
    for (SearchKey k : values()) {
      known.append(known.isEmpty() ? "" : ", ").append(k.key);
    }
    throw new IllegalArgumentException(
        "unknown search parameter \"" + name + "\"; known: " + known);
  }

  /**
   * The value of a text such as {@code "64"}.
   *
   * @throws IllegalArgumentException if the text is no value of this key's type
   */
  Object parse(String text) {
    try {
      if (type == Integer.class) {
        return Integer.valueOf(text);
      } else if (type == Long.class) {
        return Long.valueOf(text);
      } else if (type == Float.class) {
        return Float.valueOf(text);
      } else if (type == String.class) {
        return text;
      } else if (type == Boolean.class) {
        return switch (text) {
          case "1", "true" -> true;
          case "0", "false" -> false;
          default -> throw new NumberFormatException(text);
        };
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + "=" + text + ": a value of type " + type.getSimpleName() + " is expected", e);
    }
    throw new IllegalArgumentException(key + " cannot be given as text");
  }
}
