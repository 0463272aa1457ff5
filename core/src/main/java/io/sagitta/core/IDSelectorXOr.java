package io.sagitta.core;

/**
 * Ids that exactly one of two selectors takes. Immutable; safe for all threads if both are. Source:
 * FAISS {@code IDSelectorXOr}.
 *
 * @param left one
 * @param right the other
 */
public record IDSelectorXOr(IDSelector left, IDSelector right) implements IDSelector {
  @Override
  public boolean isMember(long id) {
    return left.isMember(id) != right.isMember(id);
  }

  @Override
  public long maxMembers() {
    return sum(left, right);
  }

  static long sum(IDSelector left, IDSelector right) {
    long a = left.maxMembers();
    long b = right.maxMembers();
    long sum = a + b;
    return a < 0 || b < 0 || sum < 0 ? -1 : sum;
  }
}
