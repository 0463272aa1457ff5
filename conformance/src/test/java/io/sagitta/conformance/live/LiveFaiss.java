package io.sagitta.conformance.live;

import io.sagitta.conformance.FaissProcess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one FAISS process of a test run; it ends with the JVM. */
final class LiveFaiss {
  private static @Nullable FaissProcess process;
  private static boolean looked;

  private LiveFaiss() {}

  /** The process, started at the first call; empty where FAISS is not installed. */
  static synchronized Optional<FaissProcess> find() {
    if (!looked) {
      looked = true;
      process = FaissProcess.find().orElse(null);
      FaissProcess made = process;
      if (made == null) {
        System.out.println("SKIP live FAISS: " + FaissProcess.whyAbsent());
      } else {
        System.out.println(
            "live conformance against FAISS " + made.version() + " (" + made.options() + ")");
        Runtime.getRuntime().addShutdownHook(new Thread(made::close));
      }
    }
    return Optional.ofNullable(process);
  }

  static FaissProcess get() {
    return find().orElseThrow();
  }
}
