package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.Criterion;
import io.sagitta.core.factory.OperatingPoints;
import io.sagitta.core.factory.ParameterRange;
import io.sagitta.core.factory.ParameterSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta eval}: recall and speed over a sweep of settings. */
@Command(
    name = "eval",
    description = "Measure recall and speed of an index over a sweep of its settings.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta eval --index ivf.index --queries q.fvecs --groundtruth truth.ivecs",
      "  sagitta eval --index hnsw.index --queries q.npy --base base.npy --sweep efSearch=16,32,64"
          + " \\",
      "      --plot curve.png"
    })
final class EvalCommand extends SweepCommand {
  @Option(
      names = "--sweep",
      paramLabel = "NAME=V,V,...",
      description =
          "Values of one parameter; several --sweep are combined (default: the index's own).")
  private List<String> sweeps = new ArrayList<>();

  @Override
  OperatingPoints sweep(
      Index index, ParameterSpace space, Vectors x, Criterion criterion, double minSeconds) {
    ParameterSpace wanted =
        sweeps.isEmpty() ? space : new ParameterSpace(sweeps.stream().map(this::range).toList());
    try (ProgressBar bar = bar("eval")) {
      return wanted.explore(index, x, criterion, 0, minSeconds, bar);
    }
  }

  private ParameterRange range(String text) {
    int eq = text.indexOf('=');
    if (eq < 1) {
      throw wrongUse("--sweep " + text + " is not of the form NAME=V,V,...");
    }
    try {
      return new ParameterRange(
          text.substring(0, eq),
          Stream.of(text.substring(eq + 1).split(",")).map(Double::valueOf).toList());
    } catch (NumberFormatException e) {
      throw wrongUse("--sweep " + text + ": the values are numbers with commas between them");
    }
  }

  @Override
  int conclude(OperatingPoints points, long n, Report report) {
    table(points, n, report);
    return 0;
  }
}
