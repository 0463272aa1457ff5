package io.sagitta.core.io;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.IndexFormatException;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;

/** The registry: fourcc → reader, class → writer, from all {@link IndexFormat} providers. */
final class IndexFormats {
  private static final IndexFormats ALL = new IndexFormats();

  private final Map<String, IndexFormat<?>> readers = new HashMap<>();
  private final Map<Class<?>, IndexFormat<?>> writers = new HashMap<>();

  private IndexFormats() {
    for (IndexFormat<?> f :
        ServiceLoader.load(IndexFormat.class, IndexFormat.class.getClassLoader())) {
      for (String c : f.fourccs()) {
        IndexFormat<?> other = readers.put(c, f);
        if (other != null) {
          throw new IllegalStateException(
              "both "
                  + other.getClass().getName()
                  + " and "
                  + f.getClass().getName()
                  + " read "
                  + c);
        }
      }
      for (Class<?> t : f.types()) {
        writers.put(t, f);
      }
    }
  }

  static IndexFormat<?> reader(String fourcc, IndexInput in) throws IndexFormatException {
    IndexFormat<?> f = ALL.readers.get(fourcc);
    if (f != null) {
      return f;
    }
    String name = FaissTypes.nameOf(fourcc);
    if (name != null) {
      throw in.bad(
          name
              + " is a FAISS type that Sagitta does not support, or whose module is not on the"
              + " path");
    }
    throw in.bad("\"" + fourcc + "\" is no FAISS index type known to Sagitta");
  }

  @SuppressWarnings("unchecked")
  static <S> IndexFormat<S> writer(AbstractIndex<S> index) {
    IndexFormat<?> f = ALL.writers.get(index.getClass());
    if (f == null) {
      throw new UnsupportedOperationException(
          index.getClass().getSimpleName() + " cannot be written to a file");
    }
    return (IndexFormat<S>) f;
  }
}
