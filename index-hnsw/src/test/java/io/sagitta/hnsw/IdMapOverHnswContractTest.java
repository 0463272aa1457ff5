package io.sagitta.hnsw;

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

class IdMapOverHnswContractTest extends IndexContract {
  @Override
  protected Index create(MetricType metric) {
    Index index = IndexFactory.create(D, "IDMap2,HNSW16", metric);
    index.train(Vectors.of(IndexModel.vectorsOf(3_000, 500, D), D));
    return index;
  }

  @Override
  protected Set<Trait> traits() {
    return EnumSet.of(
        Trait.GIVEN_IDS,
        Trait.REMOVE,
        Trait.RECONSTRUCT,
        Trait.RANGE,
        Trait.SELECT,
        Trait.FILE,
        Trait.MERGE,
        Trait.SA_CODES,
        Trait.NO_GARBAGE);
  }

  @Override
  protected SearchParameters parameters() {
    return SearchParameters.builder().efSearch(200).build();
  }

  @Override
  protected double tolerance() {
    return 0;
  }
}
