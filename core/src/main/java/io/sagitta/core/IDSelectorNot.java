package io.sagitta.core;

/**
 * Ids that another selector does not take. Immutable; safe for all threads if the other is. Source:
 * FAISS {@code IDSelectorNot}.
 *
 * @param selector the selector to be turned round
 */
public record IDSelectorNot(IDSelector selector) implements IDSelector {
  @Override
  public boolean isMember(long id) {
    return !selector.isMember(id);
  }
}
