package io.sagitta.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

  @Override
  public long @Nullable [] members(long limit) {
    long[] ids = left.members(limit);
    if (ids != null) {
      return filtered(ids, right);
    }
    ids = right.members(limit);
    return ids == null ? null : filtered(ids, left);
  }

  private static long[] filtered(long[] ids, IDSelector selector) {
    return Arrays.stream(ids).filter(selector::isMember).toArray();
  }
}
