package io.sagitta.flat;

import io.sagitta.core.IDSelector;

/**
 * Asks a selector of ids about places of a state's vectors.
 *
 * @param state whose ids
 * @param selector asked with ids
 */
record IdMapSelector(IdMapState state, IDSelector selector) implements IDSelector {
  @Override
  public boolean isMember(long place) {
    return state.isInside(place) && selector.isMember(state.idAt(place));
  }

  @Override
  public long maxMembers() {
    return selector.maxMembers();
  }
}
