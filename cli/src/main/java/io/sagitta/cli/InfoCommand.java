package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.TunableIndex;
import io.sagitta.core.vectors.VectorFileInfo;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.core.vectors.VectorFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sagitta info}: what a file holds. */
@Command(
    name = "info",
    description = "Say what an index file (or a vector file) holds.",
    footerHeading = "%nExamples:%n",
    footer = {"  sagitta info hnsw.index", "  sagitta info base.fvecs --json"})
final class InfoCommand extends BaseCommand {
  @Parameters(paramLabel = "FILE", description = "Index file or vector file.")
  private Path file = Path.of("");

  @Override
  protected int run(Report report) throws IOException {
    IndexFiles.requireFile(file);
    if (isVectorFile(file)) {
      vectors(report);
    } else {
      index(report);
    }
    long bytes = Files.size(file);
    report.field("fileBytes", "file", bytes, Report.bytes(bytes));
    return 0;
  }

  /** Whether a name has the ending of a vector format. */
  static boolean isVectorFile(Path file) {
    try {
      VectorFormat.of(file);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void vectors(Report report) throws IOException {
    VectorFileInfo info = VectorFiles.inspect(file);
    report.field("format", "format", info.format().ending().substring(1));
    report.field("element", "element", info.element().name().toLowerCase(Locale.ROOT));
    report.field("n", "vectors", info.n());
    report.field("d", "dimension", info.d());
    report.field("mappable", "mappable", info.isMappable(), info.isMappable() ? "yes" : "no");
  }

  private void index(Report report) throws IOException {
    long start = System.nanoTime();
    try (Index index = IndexFiles.read(file, true)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      report.field("type", "type", index.getClass().getSimpleName());
      String factory = IndexFiles.factory(index);
      if (!factory.isEmpty()) {
        report.field("factory", "factory", factory);
      }
      report.field("d", "dimension", index.d());
      report.field("ntotal", "vectors", index.ntotal());
      String metric = index.metricType().name().toLowerCase(Locale.ROOT);
      report.field(
          "metric",
          "metric",
          metric,
          index.metricArg() == 0 ? metric : metric + " (argument " + index.metricArg() + ")");
      report.field("trained", "trained", index.isTrained(), index.isTrained() ? "yes" : "no");
      report.field(
          "offHeapBytes", "off heap", index.offHeapBytes(), Report.bytes(index.offHeapBytes()));
      if (index instanceof TunableIndex tunable && !tunable.parameterRanges().isEmpty()) {
        report.field(
            "parameters",
            "parameters",
            tunable.parameterRanges().stream().map(ParameterRange::name).toList(),
            tunable.parameterRanges().stream()
                .map(ParameterRange::name)
                .collect(Collectors.joining(", ")));
      }
      report.field("openSeconds", "opened in", seconds, Report.seconds(seconds));
    }
  }
}
