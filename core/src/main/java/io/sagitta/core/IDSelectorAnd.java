package io.sagitta.core;

/**
 * Ids that both selectors take; the second is asked only where the first says yes. Immutable; safe
 * for all threads if both are. Source: FAISS {@code IDSelectorAnd}.
 *
 * @param left asked first
 * @param right asked second
 */
public record IDSelectorAnd(IDSelector left, IDSelector right) implements IDSelector {
  @Override
  public boolean isMember(long id) {
    return left.isMember(id) && right.isMember(id);
  }

  @Override
  public long maxMembers() {
    long a = left.maxMembers();
    long b = right.maxMembers();
    return a < 0 ? b : b < 0 ? a : Math.min(a, b);
  }
}
