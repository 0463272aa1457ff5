package io.sagitta.flat;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.testkit.IndexContract;
import io.sagitta.testkit.Trait;
import java.util.EnumSet;
import java.util.Set;

class IndexIDMap2ContractTest extends IndexContract {
  @Override
  protected Index create(MetricType metric) {
    return new IndexIDMap2(new IndexFlat(D, metric));
  }

  @Override
  protected Set<Trait> traits() {
    return EnumSet.allOf(Trait.class);
  }
}
