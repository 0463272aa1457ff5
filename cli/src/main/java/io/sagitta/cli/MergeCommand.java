package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sagitta merge}: several index files become one. */
@Command(
    name = "merge",
    description =
        "Merge index files of one kind (same training, where there is one) into one file.",
    footerHeading = "%nExample:%n",
    footer = "  sagitta merge shard0.index shard1.index --out all.index")
final class MergeCommand extends BaseCommand {
  @Parameters(arity = "2..*", paramLabel = "INDEX", description = "Files to merge, in this order.")
  private List<Path> files = List.of();

  @Option(names = "--out", required = true, paramLabel = "INDEX", description = "File to write.")
  private Path output = Path.of("");

  @Option(
      names = "--renumber",
      description = "Stored ids of each file are shifted behind those of the files before it.")
  private boolean renumber;

  @Override
  protected int run(Report report) throws IOException {
    try (Index index = IndexFiles.read(files.getFirst(), false);
        ProgressBar bar = bar("merge")) {
      for (int i = 1; i < files.size(); i++) {
        bar.progress("files", i, files.size());
        try (Index other = IndexFiles.read(files.get(i), false)) {
          index.mergeFrom(other, renumber ? index.ntotal() : 0);
        }
      }
      IndexIO.write(index, output);
      report.hidden("files", files.size());
      report.field("ntotal", "vectors", index.ntotal());
      report.field("out", "wrote", output.toString());
    }
    return 0;
  }
}
