package io.sagitta.bench;

import io.sagitta.bench.report.Charts;
import io.sagitta.bench.report.Report;
import io.sagitta.bench.report.Summary;
import io.sagitta.cli.CommandProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sagitta bench}: Sagitta beside FAISS and its peers, as JSON lines and a report. The
 * command class for picocli; it has a public constructor without arguments.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {SideBySide.class},
    description = {
      "Measures Sagitta beside FAISS, hnswlib, JVector and Lucene.",
      "",
      "  sagitta bench quick                     under 5 minutes; report in bench-quick/",
      "  sagitta bench standard --out DIR        under an hour",
      "  sagitta bench my-suite.yaml             your own data, indexes and settings",
      "  sagitta bench --compare old.jsonl new.jsonl   what became slower, noise in mind",
      "  sagitta bench --report results.jsonl    the report again from its figures",
      "",
      "An interrupted run goes on where it stopped. Libraries that are missing are named and"
          + " skipped."
    })
public final class BenchCommand implements Callable<Integer>, CommandProvider {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SUITE",
      description = "quick, standard, scale or a YAML file (default: quick)")
  private @Nullable String suite;

  @Option(
      names = "--out",
      description =
          "folder for results.jsonl, report.html, summary.md and PNGs (default: bench-<suite>)")
  private @Nullable Path out;

  @Option(
      names = "--libraries",
      split = ",",
      description = "out of sagitta, faiss, hnswlib, jvector, lucene (default: all)")
  private @Nullable List<String> libraries;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description = "two results.jsonl, old then new")
  private @Nullable List<Path> compare;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "write report and PNGs of a results.jsonl")
  private @Nullable Path report;

  @Option(
      names = "--cache",
      description = "folder for ground truth (default: .sagitta/bench-cache)")
  private @Nullable Path cache;

  /** Runs the command; exit codes 0 done, 1 failed or something became slower, 2 wrong use. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchCommand()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    List<Path> two = compare;
    if (two != null) {
      return compare(two.get(0), two.get(1));
    }
    Path results = report;
    if (results != null) {
      Path folder = out != null ? out : results.toAbsolutePath().getParent();
      write(results, Objects.requireNonNull(folder, "a file has a folder"));
      return 0;
    }
    String name = suite == null ? "quick" : suite;
    Suite loaded = Suite.load(name);
    Path folder = out != null ? out : Path.of("bench-" + loaded.name());
    Files.createDirectories(folder);
    Path lines = folder.resolve("results.jsonl");
    try (Libraries found = Libraries.find(libraries == null ? Libraries.NAMES : libraries)) {
      for (Map.Entry<String, String> absent : found.absent().entrySet()) {
        System.out.println("SKIP " + absent.getKey() + ": " + absent.getValue());
        JsonLines.append(
            lines,
            JsonLines.line("skip")
                .put("library", absent.getKey())
                .put("reason", absent.getValue()));
      }
      BenchCache files = BenchCache.at(cache);
      new SuiteRunner(loaded, found.present(), lines, files, System.out).run();
      new ExtraRuns(loaded, found, lines, files).run();
    }
    write(lines, folder);
    return 0;
  }

  private static void write(Path lines, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path page = folder.resolve("report.html");
    Files.writeString(page, Report.of(JsonLines.read(lines)));
    Path tables = folder.resolve("summary.md");
    Files.writeString(tables, Summary.of(JsonLines.read(lines)));
    List<Path> pictures = Charts.write(JsonLines.read(lines), folder);
    System.out.println("figures  " + lines);
    System.out.println("report   " + page);
    System.out.println("tables   " + tables);
    pictures.forEach(p -> System.out.println("picture  " + p));
  }

  private static int compare(Path oldFile, Path newFile) throws IOException {
    List<Verdict.Line> lines = Verdict.compare(oldFile, newFile);
    if (lines.isEmpty()) {
      System.err.println("bench: the two files have no cell in common");
      return 1;
    }
    lines.forEach(l -> System.out.println(l.text()));
    long worse =
        lines.stream()
            .filter(
                l ->
                    l.change() == Verdict.Change.SLOWER
                        || l.change() == Verdict.Change.WORSE_RECALL)
            .count();
    System.out.printf("%d of %d cells are worse beyond noise%n", worse, lines.size());
    return worse == 0 ? 0 : 1;
  }
}
