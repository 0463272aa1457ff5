package io.sagitta.cli;

import com.carrotsearch.hppc.LongHashSet;
import io.sagitta.core.IDSelector;
import io.sagitta.core.Index;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.IdMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta remove}: ids out of an index file. */
@Command(
    name = "remove",
    description = "Remove vectors by id from an index file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta remove --index flat.index --id 3,17",
      "  sagitta remove --index flat.index --range 1000:2000 --out smaller.index"
    })
final class RemoveCommand extends BaseCommand {
  @Option(
      names = "--index",
      required = true,
      paramLabel = "INDEX",
      description = "Index to change.")
  private Path file = Path.of("");

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  /** Exactly one way to name the ids. */
  static final class Which {
    @Option(names = "--ids", paramLabel = "FILE", description = "File of ids, .npy or .ivecs.")
    @Nullable Path ids;

    @Option(
        names = "--id",
        split = ",",
        paramLabel = "ID",
        description = "Ids, comma between them.")
    @Nullable List<Long> list;

    @Option(names = "--range", paramLabel = "FROM:TO", description = "Ids from FROM up to TO - 1.")
    @Nullable String range;
  }

  @Option(
      names = "--out",
      paramLabel = "INDEX",
      description = "Where to write (default: over the index, which stays whole if this fails).")
  private @Nullable Path output;

  @Override
  protected int run(Report report) throws IOException {
    IDSelector selector = selector();
    try (Index index = IndexFiles.read(file, false)) {
      long removed = index.removeIds(selector);
      Path target = output == null ? file : output;
      IndexIO.write(index, target);
      report.field("removed", "removed", removed);
      report.field("ntotal", "vectors now", index.ntotal());
      report.field("out", "wrote", target.toString());
    }
    return 0;
  }

  private IDSelector selector() throws IOException {
    if (which.range != null) {
      String[] ends = which.range.split(":", -1);
      try {
        long from = Long.parseLong(ends[0]);
        long to = Long.parseLong(ends[1]);
        return IDSelector.of(id -> id >= from && id < to);
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw wrongUse("--range " + which.range + " is not of the form FROM:TO");
      }
    }
    LongHashSet set = new LongHashSet();
    if (which.list != null) {
      which.list.forEach(set::add);
    } else if (which.ids != null) {
      IndexFiles.requireFile(which.ids);
      set.addAll(IdMatrix.read(which.ids).ids());
    }
    return IDSelector.of(set::contains);
  }
}
