package io.sagitta.flat;

import io.sagitta.core.collect.ResultCollector;
import java.util.function.LongUnaryOperator;

/** Passes candidates on under other ids. For one thread. */
final class TranslatingCollector extends ResultCollector {
  private final ResultCollector inner;
  private final LongUnaryOperator translation;

  TranslatingCollector(ResultCollector inner, LongUnaryOperator translation) {
    super(inner.threshold());
    this.inner = inner;
    this.translation = translation;
  }

  @Override
  public boolean add(float distance, long id) {
    boolean changed = inner.add(distance, translation.applyAsLong(id));
    threshold = inner.threshold();
    return changed;
  }
}
