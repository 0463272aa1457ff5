package io.sagitta.core;

/** Every id. Immutable; safe for all threads. Source: FAISS {@code IDSelectorAll}. */
public record IDSelectorAll() implements IDSelector {
  @Override
  public boolean isMember(long id) {
    return true;
  }
}
