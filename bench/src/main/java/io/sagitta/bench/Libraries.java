package io.sagitta.bench;

import io.sagitta.bench.library.FaissLibrary;
import io.sagitta.bench.library.HnswlibLibrary;
import io.sagitta.bench.library.Library;
import io.sagitta.bench.library.PeerLibrary;
import io.sagitta.bench.library.SagittaLibrary;
import io.sagitta.conformance.FaissProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The libraries that are on this machine, and why the others are not. Each but Sagitta has a
 * process of its own. Closing closes all of them.
 *
 * @param present in the order Sagitta, FAISS, hnswlib, JVector, Lucene
 * @param absent name → reason
 */
public record Libraries(List<Library> present, Map<String, String> absent)
    implements AutoCloseable {
  /** The names that can be asked for. */
  public static final List<String> NAMES =
      List.of("sagitta", "faiss", "hnswlib", "jvector", "lucene");

  /**
   * Looks for them.
   *
   * @param wanted names out of {@link #NAMES}
   */
  public static Libraries find(List<String> wanted) throws IOException {
    List<Library> present = new ArrayList<>();
    Map<String, String> absent = new LinkedHashMap<>();
    for (String name : wanted) {
      switch (name) {
        case "sagitta" -> present.add(new SagittaLibrary());
        case "faiss" -> {
          Optional<FaissProcess> process = FaissProcess.find();
          if (process.isPresent()) {
            present.add(new FaissLibrary(process.get()));
          } else {
            absent.put(name, FaissProcess.whyAbsent());
          }
        }
        case "hnswlib" -> {
          Optional<HnswlibLibrary> found = HnswlibLibrary.find();
          if (found.isPresent()) {
            present.add(found.get());
          } else {
            absent.put(name, HnswlibLibrary.whyAbsent());
          }
        }
        case "jvector", "lucene" -> present.add(new PeerLibrary(name));
        default ->
            throw new IllegalArgumentException("library \"" + name + "\" is not one of " + NAMES);
      }
    }
    return new Libraries(List.copyOf(present), Map.copyOf(absent));
  }

  @Override
  public void close() {
    present.forEach(Library::close);
  }
}
