package io.sagitta.conformance;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Real FAISS, running in a Python process of its own for as long as this object is open. Requests
 * are answered one after another, in order.
 *
 * <p>The Python to use is, in this order: system property {@code sagitta.faiss.python}, environment
 * variable {@code SAGITTA_FAISS_PYTHON}, and {@code conformance/python/.venv}, which {@code
 * conformance/python/setup.sh} makes. Where there is none, {@link #find()} is empty and {@link
 * #whyAbsent()} says why.
 *
 * <p>Safe for all threads: calls exclude each other.
 */
public final class FaissProcess implements AutoCloseable {
  private static final String SCRIPT = "faiss_server.py";

  private final Process process;
  private final DataInputStream in;
  private final OutputStream out;
  private final String version;
  private final String options;
  private long sent;
  private boolean broken;

  private FaissProcess(Process process) throws IOException {
    this.process = process;
    this.in = new DataInputStream(process.getInputStream());
    this.out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    FaissAnswer hello = call(FaissRequest.of("hello"));
    this.version = hello.text("faiss");
    this.options = hello.text("options");
  }

  /** The folder with the Python scripts, found from {@code sagitta.top}, the class path or here. */
  public static Optional<Path> scripts() {
    String top = System.getProperty("sagitta.top");
    if (top != null) {
      Path dir = Path.of(top, "conformance", "python");
      if (Files.exists(dir.resolve(SCRIPT))) {
        return Optional.of(dir);
      }
    }
    for (Path start : new @Nullable Path[] {codeSource(), Path.of("").toAbsolutePath()}) {
      for (Path at = start; at != null; at = at.getParent()) {
        Path dir = at.resolve("conformance").resolve("python");
        if (Files.exists(dir.resolve(SCRIPT))) {
          return Optional.of(dir);
        }
      }
    }
    return Optional.empty();
  }

  private static @Nullable Path codeSource() {
    var source = FaissProcess.class.getProtectionDomain().getCodeSource();
    try {
      return source == null ? null : Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Optional<Path> python() {
    String given = System.getProperty("sagitta.faiss.python");
    if (given == null) {
      given = System.getenv("SAGITTA_FAISS_PYTHON");
    }
    if (given != null) {
      return Optional.of(Path.of(given));
    }
    return scripts().map(s -> s.resolve(".venv/bin/python")).filter(Files::isExecutable);
  }

  /** Why {@link #find()} is empty, in one line; empty when it is not. */
  public static String whyAbsent() {
    if (scripts().isEmpty()) {
      return "conformance/python/" + SCRIPT + " was not found";
    }
    if (python().isEmpty()) {
      return "no Python with FAISS: run conformance/python/setup.sh";
    }
    return "";
  }

  /** A new process, or empty when FAISS is not installed. */
  public static Optional<FaissProcess> find() {
    Optional<Path> python = python();
    Optional<Path> scripts = scripts();
    if (python.isEmpty() || scripts.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(start(python.get(), scripts.get().resolve(SCRIPT), Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A new process of a given Python.
   *
   * @param environment variables to set, such as {@code OMP_NUM_THREADS}
   * @throws IOException if it does not start, or FAISS does not load in it
   */
  public static FaissProcess start(Path python, Path script, Map<String, String> environment)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(python.toString(), "-u", script.toString());
    builder.environment().putAll(environment);
    builder.redirectError(
        Boolean.getBoolean("sagitta.faiss.verbose")
            ? ProcessBuilder.Redirect.INHERIT
            : ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try {
      return new FaissProcess(process);
    } catch (IOException | UncheckedIOException e) {
      process.destroyForcibly();
      throw new IOException(
          python + " does not run FAISS; see it with -Dsagitta.faiss.verbose=true", e);
    }
  }

  /** FAISS's version, such as 1.15.1. */
  public String version() {
    return version;
  }

  /** FAISS's compile options, such as {@code OPTIMIZE DD AVX2 AVX512}. */
  public String options() {
    return options;
  }

  /** Process id of the Python process. */
  public long pid() {
    return process.pid();
  }

  /**
   * Asks and waits for the answer. A refusal leaves the process ready for the next request; after
   * anything else that goes wrong the two sides could be out of step, so the process is ended.
   *
   * @throws FaissException if FAISS refused
   * @throws UncheckedIOException if the process has died, or has answered something else
   */
  public synchronized FaissAnswer call(FaissRequest request) {
    boolean inStep = false;
    try {
      request.send(out, ++sent);
      FaissAnswer answer = FaissAnswer.receive(in);
      if (answer.field("seq").asLong() != sent) {
        throw new IOException(
            "answer " + answer.field("seq") + " came to request " + sent + ": out of step");
      }
      inStep = true;
      answer.requireOk();
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the FAISS process died at "
              + request
              + (process.isAlive() ? "" : ", exit code " + process.exitValue()),
          e);
    } finally {
      if (!inStep) {
        process.destroyForcibly();
        broken = true;
      }
    }
  }

  /** Whether requests can still be answered; false from the first one that was not. */
  public synchronized boolean isUsable() {
    return !broken && process.isAlive();
  }

  /** Sets FAISS's number of OpenMP threads. */
  public void threads(int n) {
    call(FaissRequest.of("threads").with("n", n));
  }

  /** Ends the process. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
