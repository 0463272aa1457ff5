package io.sagitta.conformance.live;

import io.sagitta.conformance.FaissProcess;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one FAISS process of a test run; it ends with the JVM. A process that died or fell out of
 * step is replaced, so that one bad case does not fail those after it.
 */
final class LiveFaiss {
  /** Held, or its level would be forgotten: small cases earn a warning at every training. */
  private static final Logger LOGGER = Logger.getLogger("io.sagitta.core.cluster");

  static {
    LOGGER.setLevel(Level.SEVERE);
  }

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

  static synchronized FaissProcess get() {
    FaissProcess now = find().orElseThrow();
    if (!now.isUsable()) {
      System.out.println("the FAISS process is started again");
      looked = false;
      now = find().orElseThrow();
    }
    return now;
  }
}
