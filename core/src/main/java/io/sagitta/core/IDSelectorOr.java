package io.sagitta.core;

/**
 * Ids that at least one of two selectors takes; the second is asked only where the first says no.
 * Immutable; safe for all threads if both are. Source: FAISS {@code IDSelectorOr}.
 *
 * @param left asked first
 * @param right asked second
 */
public record IDSelectorOr(IDSelector left, IDSelector right) implements IDSelector {
  @Override
  public boolean isMember(long id) {
    return left.isMember(id) || right.isMember(id);
  }

  @Override
  public long maxMembers() {
    return IDSelectorXOr.sum(left, right);
  }
}
