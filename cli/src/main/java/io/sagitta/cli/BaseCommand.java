package io.sagitta.cli;

import io.sagitta.core.Parallelism;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options and output that every command has. A subclass does its work in {@link #run(Report)}.
 *
 * <p>For one thread.
 */
@Command(mixinStandardHelpOptions = true, sortOptions = false)
public abstract class BaseCommand implements Callable<Integer> {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use (default: all cores). Results do not depend on it.")
  private @Nullable Integer threads;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(names = "--debug", description = "Show the stack trace of an error.")
  private boolean debug;

  @Spec private @Nullable CommandSpec spec;

  private @Nullable PrintWriter out;
  private Terminal terminal = Terminal.NONE;

  void prepare(PrintWriter writer, Terminal bars) {
    out = writer;
    terminal = bars;
  }

  boolean debug() {
    return debug;
  }

  /**
   * Does the work.
   *
   * @param report receives what there is to say
   * @return exit code
   */
  protected abstract int run(Report report) throws Exception;

  @Override
  public final Integer call() throws Exception {
    PrintWriter writer = Objects.requireNonNull(out, "prepare was not called");
    Report report = new Report(writer, json);
    Parallelism parallelism = parallelism();
    int code = parallelism.<Integer, Exception>call(() -> run(report));
    report.end();
    return code;
  }

  /** A progress bar, drawn only on a terminal and not with {@code --json}. */
  protected final ProgressBar bar(String title) {
    return new ProgressBar(json ? null : terminal.out(), title);
  }

  protected final int threads() {
    return parallelism().threads();
  }

  private Parallelism parallelism() {
    if (threads == null) {
      return Parallelism.current();
    }
    if (threads < 1) {
      throw wrongUse("--threads " + threads + " must be at least 1");
    }
    return Parallelism.of(threads);
  }

  /** An error of the command line itself; exit code 2. */
  protected final RuntimeException wrongUse(String message) {
    return spec == null
        ? new IllegalArgumentException(message)
        : new CommandLine.ParameterException(spec.commandLine(), message);
  }
}
