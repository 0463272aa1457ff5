package io.sagitta.core;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one search. A field that is not set means the index's own setting (unlike FAISS,
 * whose default objects carry defaults of their own: quirk 4, mended on purpose). A field the index
 * does not have is refused with {@link IllegalArgumentException}; wrappers use their own fields and
 * pass the rest inward. The selector is honoured or refused, never ignored.
 *
 * <p>Immutable; safe for all threads.
 */
public final class SearchParameters {
  /** Nothing set. */
  public static final SearchParameters NONE =
      new SearchParameters(null, new EnumMap<>(SearchKey.class));

  private final @Nullable IDSelector selector;
  private final EnumMap<SearchKey, Object> values;
  private final SearchKey[] keys;

  private SearchParameters(@Nullable IDSelector selector, EnumMap<SearchKey, Object> values) {
    this.selector = selector;
    this.values = values;
    this.keys = values.keySet().toArray(SearchKey[]::new);
  }

  /** Only a selector. */
  public static SearchParameters of(IDSelector selector) {
    return new SearchParameters(Objects.requireNonNull(selector), new EnumMap<>(SearchKey.class));
  }

  /**
   * From text such as {@code nprobe=8,quantizer_efSearch=64}; a {@code quantizer_} prefix sets a
   * field of the coarse quantizer.
   *
   * @throws IllegalArgumentException for an unknown name or a bad value
   */
  public static SearchParameters parse(String text) {
    Builder b = builder();
    Builder quantizer = builder();
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int eq = part.indexOf('=');
      if (eq < 0) {
        throw new IllegalArgumentException("\"" + part.trim() + "\" is not of the form name=value");
      }
      String name = part.substring(0, eq).trim();
      String value = part.substring(eq + 1).trim();
      if (name.startsWith("quantizer_")) {
        SearchKey key = SearchKey.ofKey(name.substring("quantizer_".length()));
        quantizer.set(key, key.parse(value));
      } else {
        SearchKey key = SearchKey.ofKey(name);
        b.set(key, key.parse(value));
      }
    }
    SearchParameters q = quantizer.build();
    return q.values.isEmpty() ? b.build() : b.set(SearchKey.QUANTIZER, q).build();
  }

  /** An empty builder. */
  public static Builder builder() {
    return new Builder(null, new EnumMap<>(SearchKey.class));
  }

  /** A builder that starts with these settings. */
  public Builder toBuilder() {
    return new Builder(selector, new EnumMap<>(values));
  }

  /** The selector, or null. */
  public @Nullable IDSelector selector() {
    return selector;
  }

  /** Whether nothing at all is set. */
  public boolean isEmpty() {
    return selector == null && values.isEmpty();
  }

  /** Whether the field is set. */
  public boolean has(SearchKey key) {
    return values.containsKey(key);
  }

  /** The int field, or {@code unset} when it is not set. */
  public int getInt(SearchKey key, int unset) {
    return values.get(key) instanceof Integer v ? v : unset;
  }

  /** The long field, or {@code unset} when it is not set. */
  public long getLong(SearchKey key, long unset) {
    return values.get(key) instanceof Long v ? v : unset;
  }

  /** The float field, or {@code unset} when it is not set. */
  public float getFloat(SearchKey key, float unset) {
    return values.get(key) instanceof Float v ? v : unset;
  }

  /** The boolean field, or {@code unset} when it is not set. */
  public boolean getBoolean(SearchKey key, boolean unset) {
    return values.get(key) instanceof Boolean v ? v : unset;
  }

  /** The text field, or {@code unset} when it is not set. */
  public String getString(SearchKey key, String unset) {
    return values.get(key) instanceof String v ? v : unset;
  }

  /** The coarse quantizer's parameters, {@link #NONE} when not set. */
  public SearchParameters quantizer() {
    return values.get(SearchKey.QUANTIZER) instanceof SearchParameters p ? p : NONE;
  }

  /**
   * These settings with another selector (or none). Returns this when nothing changes, so that a
   * wrapper without a selector allocates nothing.
   */
  @SuppressWarnings("ReferenceEquality") // the same object is what is meant
  public SearchParameters withSelector(@Nullable IDSelector other) {
    return other == selector ? this : new SearchParameters(other, values);
  }

  /** These settings without some fields; this itself when none of them is set. */
  public SearchParameters without(Set<SearchKey> keys) {
    for (SearchKey k : keys) {
      if (values.containsKey(k)) {
        EnumMap<SearchKey, Object> rest = new EnumMap<>(values);
        rest.keySet().removeAll(keys);
        return new SearchParameters(selector, rest);
      }
    }
    return this;
  }

  /**
   * Refuses fields that an index does not have.
   *
   * @param index the index's class name, for the message
   * @param allowed the fields it has (the selector is not one of them)
   * @throws IllegalArgumentException naming the first field that is not allowed
   */
  public void requireOnly(String index, Set<SearchKey> allowed) {
    // The array, because an iterator would be the only thing that a search allocates.
    for (SearchKey k : keys) {
      if (!allowed.contains(k)) {
        throw new IllegalArgumentException(
            index + " has no search parameter " + k.key() + " (given: " + values.get(k) + ")");
      }
    }
  }

  /**
   * Refuses a selector.
   *
   * @throws IllegalArgumentException if one is set
   */
  public void requireNoSelector(String index) {
    if (selector != null) {
      throw new IllegalArgumentException(
          index + " does not support a selector (given: " + selector.getClass().getName() + ")");
    }
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (Map.Entry<SearchKey, Object> e : values.entrySet()) {
      s.append(s.isEmpty() ? "" : ",").append(e.getKey().key()).append('=').append(e.getValue());
    }
    if (selector != null) {
      s.append(s.isEmpty() ? "" : ",").append("selector=").append(selector);
    }
    return s.toString();
  }

  /** Collects settings; not safe for several threads. */
  public static final class Builder {
    private @Nullable IDSelector selector;
    private final EnumMap<SearchKey, Object> values;

    private Builder(@Nullable IDSelector selector, EnumMap<SearchKey, Object> values) {
      this.selector = selector;
      this.values = values;
    }

    /** Sets the selector. */
    public Builder selector(@Nullable IDSelector s) {
      selector = s;
      return this;
    }

    /** Sets {@link SearchKey#NPROBE}. */
    public Builder nprobe(int v) {
      return set(SearchKey.NPROBE, v);
    }

    /** Sets {@link SearchKey#MAX_CODES}. */
    public Builder maxCodes(long v) {
      return set(SearchKey.MAX_CODES, v);
    }

    /** Sets {@link SearchKey#EF_SEARCH}. */
    public Builder efSearch(int v) {
      return set(SearchKey.EF_SEARCH, v);
    }

    /** Sets {@link SearchKey#K_FACTOR_RF}. */
    public Builder kFactorRf(float v) {
      return set(SearchKey.K_FACTOR_RF, v);
    }

    /** Sets {@link SearchKey#QUANTIZER}. */
    public Builder quantizer(SearchParameters v) {
      return set(SearchKey.QUANTIZER, v);
    }

    /**
     * Sets any field.
     *
     * @throws IllegalArgumentException if the value is not of the key's type
     */
    public Builder set(SearchKey key, Object value) {
      if (!key.type().isInstance(value)) {
        throw new IllegalArgumentException(
            key.key() + " takes a " + key.type().getSimpleName() + ", given: " + value);
      }
      values.put(key, value);
      return this;
    }

    /** The settings collected so far. */
    public SearchParameters build() {
      if (selector == null && values.isEmpty()) {
        return NONE;
      }
      return new SearchParameters(selector, new EnumMap<>(values));
    }
  }
}
