package io.sagitta.core;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

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

  @Override
  public long @Nullable [] members(long limit) {
    long[] a = left.members(limit);
    long[] b = a == null ? null : right.members(limit);
    if (a == null || b == null) {
      return null;
    }
    long[] ids =
        LongStream.concat(Arrays.stream(a), Arrays.stream(b)).sorted().distinct().toArray();
    return ids.length <= limit ? ids : null;
  }
}
