package io.sagitta.core;

import java.util.function.LongUnaryOperator;

/**
 * Asks another selector about a translated id, as id maps do. Immutable; safe for all threads if
 * both parts are. Source: FAISS {@code IDSelectorTranslated}.
 *
 * @param translation what an id is called on the other side
 * @param selector asked with the translated id
 */
public record IDSelectorTranslated(LongUnaryOperator translation, IDSelector selector)
    implements IDSelector {
  /**
   * Through a table: id i is called {@code idMap[i]}. The table is not copied and must not change;
   * ids outside it are no members.
   */
  public static IDSelector of(long[] idMap, IDSelector selector) {
    return id -> id >= 0 && id < idMap.length && selector.isMember(idMap[(int) id]);
  }

  @Override
  public boolean isMember(long id) {
    return selector.isMember(translation.applyAsLong(id));
  }

  @Override
  public long maxMembers() {
    return selector.maxMembers();
  }
}
