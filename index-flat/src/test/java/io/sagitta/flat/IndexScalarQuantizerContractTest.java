package io.sagitta.flat;

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

class IndexScalarQuantizerContractTest extends IndexContract {
  @Override
  protected Index create(MetricType metric) {
    Index index = IndexFactory.create(D, "SQ8", metric);
    index.train(Vectors.of(IndexModel.vectorsOf(3_000, 500, D), D));
    return index;
  }

  @Override
  protected Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.EXACT, Trait.GIVEN_IDS));
  }

  @Override
  protected SearchParameters parameters() {
    return SearchParameters.NONE;
  }

  @Override
  protected double tolerance() {
    return 0.05;
  }
}
