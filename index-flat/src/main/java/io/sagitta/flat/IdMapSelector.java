package io.sagitta.flat;

import io.sagitta.core.IDSelector;
import org.jspecify.annotations.Nullable;

/**
 * Asks a selector of ids about places of a state's vectors.
 *
 * @param state whose ids
 * @param selector asked with ids
 * @param lookup of the map
 */
record IdMapSelector(IdMapState state, IDSelector selector, IdLookup lookup) implements IDSelector {
  @Override
  public boolean isMember(long place) {
    return state.isInside(place) && selector.isMember(state.idAt(place));
  }

  @Override
  public long maxMembers() {
    return selector.maxMembers();
  }

  @Override
  public long @Nullable [] members(long limit) {
    long[] ids = selector.members(limit);
    return ids == null ? null : lookup.placesOf(state, ids);
  }
}
