package io.sagitta.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The top command: subcommands, exit codes, and errors in one line. */
@Command(
    name = "sagitta",
    description =
        "FAISS's flat, HNSW and IVF indexes in pure Java: build, search and inspect them.",
    mixinStandardHelpOptions = true,
    version = "sagitta 0.1.0-SNAPSHOT",
    subcommands = {
      BuildCommand.class,
      SearchCommand.class,
      RangeSearchCommand.class,
      AddCommand.class,
      RemoveCommand.class,
      MergeCommand.class,
      InfoCommand.class,
      ConvertCommand.class,
      EvalCommand.class,
      TuneCommand.class,
      StoreCommand.class,
      DemoCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta demo",
      "  sagitta build --factory HNSW32 --base base.fvecs --out hnsw.index",
      "  sagitta search --index hnsw.index --queries query.fvecs -k 10 --params efSearch=64",
      "  sagitta help build",
      "",
      "Vector files: .npy .fvecs .bvecs .ivecs .fbin .u8bin .i8bin, and idx3-ubyte.gz (read only).",
      "Index files are FAISS's own, in both directions.",
      "Exit codes: 0 done, 1 failed, 2 wrong use."
    })
final class Sagitta implements Callable<Integer> {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  Sagitta(PrintWriter out, PrintWriter err, Terminal terminal) {
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** Runs a command line and returns its exit code. */
  int execute(String... args) {
    CommandLine line = new CommandLine(this);
    line.addSubcommand(new CommandLine.HelpCommand());
    for (CommandProvider p : ServiceLoader.load(CommandProvider.class)) {
      line.addSubcommand(p);
    }
    line.setOut(out);
    line.setErr(err);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler(this::wrongUse);
    line.setExecutionExceptionHandler(this::failed);
    line.setExecutionStrategy(
        parsed -> {
          CommandLine last = parsed.asCommandLineList().getLast();
          if (last.getCommand() instanceof BaseCommand command) {
            command.prepare(out, terminal);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    try {
      return line.execute(args);
    } catch (Error e) {
      // Out of memory, or a mapped file that was cut: no reason to show a stack trace unasked.
      if (List.of(args).contains("--debug")) {
        e.printStackTrace(err);
      } else {
        err.println("sagitta: " + describe(e));
      }
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(err);
    }
    return CommandLine.ExitCode.USAGE;
  }

  private int wrongUse(CommandLine.ParameterException e, String[] args) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName(" ");
    err.println("sagitta: " + oneLine(e.getMessage()) + " (see " + helpFor(name) + ")");
    return CommandLine.ExitCode.USAGE;
  }

  private static String helpFor(String qualifiedName) {
    int space = qualifiedName.lastIndexOf(' ');
    return space < 0 ? "sagitta --help" : "sagitta help " + qualifiedName.substring(space + 1);
  }

  private int failed(Exception e, CommandLine line, ParseResult parsed) {
    if (line.getCommand() instanceof BaseCommand command && command.debug()) {
      e.printStackTrace(err);
    } else {
      err.println("sagitta: " + describe(e));
    }
    return e instanceof IllegalArgumentException
        ? CommandLine.ExitCode.USAGE
        : CommandLine.ExitCode.SOFTWARE;
  }

  /** What went wrong, in one line that names the file or value. */
  static String describe(Throwable e) {
    String message = String.valueOf(e.getMessage());
    return oneLine(
        switch (e) {
          case NoSuchFileException x -> message + ": no such file";
          case AccessDeniedException x -> message + ": permission denied";
          case FileAlreadyExistsException x -> message + ": exists already";
          case IOException x when e.getMessage() != null -> message;
          case IllegalArgumentException x when e.getMessage() != null -> message;
          case IllegalStateException x when e.getMessage() != null -> message;
          case UnsupportedOperationException x when e.getMessage() != null -> message;
          case OutOfMemoryError x ->
              "out of memory: " + message + " (SAGITTA_JVM=-Xmx8g gives more)";
          case RuntimeException x when e.getClass().getName().startsWith("io.sagitta.") -> message;
          default -> e.getClass().getSimpleName() + ": " + message + " (--debug shows where)";
        });
  }

  private static String oneLine(@Nullable String s) {
    return String.valueOf(s).replaceAll("\\s*\\R\\s*", "; ");
  }
}
