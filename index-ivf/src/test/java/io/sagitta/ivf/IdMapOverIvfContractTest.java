package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.MetricType;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.testkit.IndexContract;
import io.sagitta.testkit.IndexModel;
import io.sagitta.testkit.Trait;
import java.util.EnumSet;
import java.util.Set;

class IdMapOverIvfContractTest extends IndexContract {
  @Override
  protected Index create(MetricType metric) {
    Index index = IndexFactory.create(D, "IDMap2,IVF4,Flat", metric);
    index.train(Vectors.of(IndexModel.vectorsOf(3_000, 500, D), D));
    return index;
  }

  @Override
  protected Set<Trait> traits() {
    return EnumSet.of(
        Trait.GIVEN_IDS,
        Trait.RANGE,
        Trait.SELECT,
        Trait.FILE,
        Trait.MERGE,
        Trait.SA_CODES,
        Trait.NO_GARBAGE);
  }

  @Override
  protected SearchParameters parameters() {
    return SearchParameters.builder().nprobe(4).build();
  }

  @Override
  protected double tolerance() {
    return 0;
  }
}
