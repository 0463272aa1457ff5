package io.sagitta.ivf;

/** What {@link IndexIVF#copySubsetTo} copies (FAISS {@code InvertedLists::subset_type_t}). */
public enum SubsetType {
  /** Ids in [a1, a2). */
  ID_RANGE,
  /** Ids with id mod a1 = a2. */
  ID_MOD,
  /** Elements [a1, a2) of all, taken from each list in proportion. */
  ELEMENT_RANGE,
  /** Fraction a2 of a1 of each list. */
  INVLIST_FRACTION,
  /** Lists [a1, a2). */
  INVLIST
}
