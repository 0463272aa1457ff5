package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.Criterion;
import io.sagitta.core.factory.OperatingPoint;
import io.sagitta.core.factory.OperatingPoints;
import io.sagitta.core.factory.ParameterSpace;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta tune}: the fastest setting that reaches a recall. */
@Command(
    name = "tune",
    description = "Find the fastest settings of an index that reach a wanted recall.",
    footerHeading = "%nExample:%n",
    footer = {
      "  sagitta tune --index ivf.index --queries q.fvecs --groundtruth truth.ivecs --recall 0.95",
      "",
      "The settings found go into --params of search. Exit code 1 if no setting reaches the recall."
    })
final class TuneCommand extends SweepCommand {
  @Option(
      names = "--recall",
      required = true,
      paramLabel = "R",
      description = "The recall to reach, above 0 and at most 1.")
  private double recall;

  @Option(
      names = "--experiments",
      paramLabel = "N",
      defaultValue = "" + ParameterSpace.DEFAULT_EXPERIMENTS,
      description = "Settings to consider at most (default: ${DEFAULT-VALUE}); 0 for all.")
  private int experiments;

  @Override
  OperatingPoints sweep(
      Index index, ParameterSpace space, Vectors x, Criterion criterion, double minSeconds) {
    if (!(recall > 0 && recall <= 1)) {
      throw wrongUse("--recall " + recall + " is not in (0, 1]");
    }
    if (experiments < 0) {
      throw wrongUse("--experiments " + experiments + " is negative");
    }
    try (ProgressBar bar = bar("tune")) {
      return space.explore(index, x, criterion, experiments, minSeconds, bar);
    }
  }

  @Override
  int conclude(OperatingPoints points, long n, Report report) {
    table(points, n, report);
    Optional<OperatingPoint> found = points.fastestFor(recall);
    if (found.isEmpty()) {
      report.field("found", "found", false, "no setting reaches recall " + recall);
      return 1;
    }
    OperatingPoint p = found.get();
    report.field(
        "found",
        "fastest for recall " + recall,
        json(p, n, true),
        String.format(
            Locale.ROOT,
            "%s (recall %.4f, %,.0f queries/s)",
            p.settings().isEmpty() ? "nothing to set" : p.settings(),
            p.performance(),
            n / p.seconds()));
    return 0;
  }
}
