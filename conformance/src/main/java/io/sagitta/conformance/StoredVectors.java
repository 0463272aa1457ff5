package io.sagitta.conformance;

import com.carrotsearch.hppc.LongObjectHashMap;
import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.transform.VectorTransform;
import io.sagitta.flat.IndexIDMap;
import io.sagitta.flat.IndexIDMap2;
import io.sagitta.flat.IndexPreTransform;
import io.sagitta.ivf.DirectMapType;
import io.sagitta.ivf.IndexIVF;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The vectors that an index stores, by the ids it answers with: through id maps that themselves
 * find nothing by id ({@link IndexIDMap}), back through transforms, and in inverted lists, which
 * are given a direct map for it. An id may belong to several vectors.
 *
 * <p>For one thread, and for an index that nobody writes to.
 */
@FunctionalInterface
interface StoredVectors {
  /** The vectors of an id; none where the index does not give them. */
  List<float[]> of(long id);

  /** The vectors of an index; it may be given a direct map. */
  static StoredVectors in(Index index) {
    return switch (index) {
      case IndexIDMap map when !(map instanceof IndexIDMap2) -> throughIds(map);
      case IndexPreTransform chain -> throughTransforms(chain);
      case IndexIVF ivf when ivf.directMapType() == DirectMapType.NONE -> {
        ivf.setDirectMapType(DirectMapType.HASHTABLE);
        yield id -> reconstructed(ivf, id);
      }
      default -> id -> reconstructed(index, id);
    };
  }

  private static StoredVectors throughIds(IndexIDMap map) {
    StoredVectors inner = in(map.inner());
    LongObjectHashMap<long[]> places = new LongObjectHashMap<>();
    long[] ids = map.idMap();
    for (int i = 0; i < ids.length; i++) {
      long[] before = places.get(ids[i]);
      long[] now = before == null ? new long[1] : Arrays.copyOf(before, before.length + 1);
      now[now.length - 1] = i;
      places.put(ids[i], now);
    }
    return id -> {
      long[] found = places.get(id);
      return found == null
          ? List.of()
          : Arrays.stream(found).boxed().flatMap(place -> inner.of(place).stream()).toList();
    };
  }

  private static StoredVectors throughTransforms(IndexPreTransform index) {
    StoredVectors inner = in(index.inner());
    List<VectorTransform> back = index.chain().reversed();
    return id -> inner.of(id).stream().map(v -> reversed(back, v)).toList();
  }

  private static float[] reversed(List<VectorTransform> back, float[] vector) {
    float[] at = vector;
    for (VectorTransform t : back) {
      float[] before = new float[t.dIn()];
      t.reverse(Vectors.of(at, at.length), MemorySegment.ofArray(before));
      at = before;
    }
    return at;
  }

  private static List<float[]> reconstructed(Index index, long id) {
    if (id < 0) {
      return List.of();
    }
    try {
      return List.of(index.reconstruct(id));
    } catch (IllegalArgumentException | UnsupportedOperationException | IllegalStateException e) {
      return List.of();
    }
  }
}
