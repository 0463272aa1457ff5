package io.sagitta.hnsw;

import io.sagitta.core.factory.ParameterRange;
import java.util.List;

/**
 * What can be set on a graph index between calls. Safe for all threads: each setting is read once
 * per call.
 */
final class HnswSettings {
  /** FAISS's values for auto-tuning. */
  static final List<ParameterRange> RANGES =
      List.of(
          new ParameterRange("efSearch", List.of(4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)));

  volatile int efConstruction = 40;
  volatile int efSearch = 16;
  volatile int upperBeam = 1;
  volatile float pruneHeadroom = 0.2f;
  volatile boolean checkRelativeDistance = true;
  volatile boolean boundedQueue = true;
  volatile boolean keepMaxSizeLevel0;
  volatile boolean baseLevelOnly;
  volatile int baseLevelEntryPoints = 32;

  void copyFrom(HnswSettings o) {
    efConstruction = o.efConstruction;
    efSearch = o.efSearch;
    upperBeam = o.upperBeam;
    pruneHeadroom = o.pruneHeadroom;
    checkRelativeDistance = o.checkRelativeDistance;
    boundedQueue = o.boundedQueue;
    keepMaxSizeLevel0 = o.keepMaxSizeLevel0;
    baseLevelOnly = o.baseLevelOnly;
    baseLevelEntryPoints = o.baseLevelEntryPoints;
  }

  /**
   * Sets one by name.
   *
   * @throws IllegalArgumentException if there is none of that name, or the value is out of range
   */
  void set(String name, double value) {
    switch (name) {
      case "efSearch" -> efSearch = positive(name, whole(name, value));
      case "efConstruction" -> efConstruction = positive(name, whole(name, value));
      case "upper_beam" -> upperBeam = positive(name, whole(name, value));
      case "prune_headroom" -> pruneHeadroom = (float) value;
      case "check_relative_distance" -> checkRelativeDistance = value != 0;
      case "bounded_queue", "search_bounded_queue" -> boundedQueue = value != 0;
      default ->
          throw new IllegalArgumentException(
              "an HNSW index has no parameter \""
                  + name
                  + "\"; known: efSearch, efConstruction, upper_beam, prune_headroom,"
                  + " check_relative_distance, bounded_queue");
    }
  }

  private static int whole(String name, double value) {
    if (value != (int) value) {
      throw new IllegalArgumentException(name + " = " + value + " must be a whole number");
    }
    return (int) value;
  }

  GraphBuilder.Settings forBuilding() {
    return new GraphBuilder.Settings(efConstruction, pruneHeadroom, keepMaxSizeLevel0);
  }

  static int positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " = " + value + " must be at least 1");
    }
    return value;
  }
}
