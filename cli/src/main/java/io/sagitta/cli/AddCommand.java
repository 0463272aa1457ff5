package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta add}: more vectors into an index file. */
@Command(
    name = "add",
    description = "Add the vectors of a file to an index file.",
    footerHeading = "%nExample:%n",
    footer = "  sagitta add --index flat.index --vectors more.npy")
final class AddCommand extends BaseCommand {
  @Option(
      names = "--index",
      required = true,
      paramLabel = "INDEX",
      description = "Index to add to.")
  private Path file = Path.of("");

  @Option(names = "--vectors", required = true, paramLabel = "FILE", description = "What to add.")
  private Path vectors = Path.of("");

  @Option(names = "--ids", paramLabel = "FILE", description = "One id per vector, .npy or .ivecs.")
  private @Nullable Path ids;

  @Option(
      names = "--out",
      paramLabel = "INDEX",
      description = "Where to write (default: over the index, which stays whole if this fails).")
  private @Nullable Path output;

  @Override
  protected int run(Report report) throws IOException {
    try (Index index = IndexFiles.read(file, false);
        VectorSource source = new VectorSource(vectors, VectorSource.DEFAULT_BUDGET)) {
      long n = source.info().n();
      long[] labels = ids == null ? null : BuildCommand.readIds(ids, n);
      try (ProgressBar bar = bar("add")) {
        source.forEachBlock(
            (block, from) -> {
              bar.block(from, n);
              BuildCommand.addBlock(index, block, from, labels, bar);
            });
      }
      Path target = output == null ? file : output;
      IndexIO.write(index, target);
      report.field("added", "added", n);
      report.field("ntotal", "vectors now", index.ntotal());
      report.field("out", "wrote", target.toString());
    }
    return 0;
  }
}
