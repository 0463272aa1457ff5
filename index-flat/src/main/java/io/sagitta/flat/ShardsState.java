package io.sagitta.flat;

import io.sagitta.core.Index;
import java.util.List;

/**
 * One published state of {@link IndexShards}: snapshots of all shards. Immutable.
 *
 * @param shards in order
 */
public record ShardsState(List<Index> shards) {
  /** Copies the list. */
  public ShardsState {
    shards = List.copyOf(shards);
  }

  long ntotal() {
    long sum = 0;
    for (Index shard : shards) {
      sum += shard.ntotal();
    }
    return sum;
  }

  /** Whether all are trained. No stream: every search asks. */
  boolean isTrained() {
    for (int i = 0; i < shards.size(); i++) {
      if (!shards.get(i).isTrained()) {
        return false;
      }
    }
    return true;
  }
}
