package io.sagitta.cli;

import io.sagitta.storage.StoreTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sagitta store}: a vector storage's directory, seen from outside. */
@Command(
    name = "store",
    description = "Look at the directory of a vector storage, check it, or mend it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta store info embeddings/",
      "  sagitta store verify embeddings/",
      "  sagitta store repair embeddings/",
      "",
      "info reads headers, verify reads every byte; neither changes anything. repair cuts what is",
      "damaged into the folder lost/ of the store and says what that was. Exit code 1 if the store"
          + " is",
      "not sound (after a repair: still not)."
    })
final class StoreCommand extends BaseCommand {
  /** What to do. */
  enum Action {
    INFO,
    VERIFY,
    REPAIR
  }

  @Parameters(index = "0", paramLabel = "info|verify|repair", description = "What to do.")
  private Action action = Action.INFO;

  @Parameters(index = "1", paramLabel = "DIR", description = "Directory of the store.")
  private Path directory = Path.of("");

  @Override
  protected int run(Report report) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NoSuchFileException(directory.toString());
    }
    StoreTool.Report found =
        switch (action) {
          case INFO -> StoreTool.info(directory);
          case VERIFY -> StoreTool.verify(directory);
          case REPAIR -> StoreTool.repair(directory);
        };
    report.hidden("action", action.name().toLowerCase(Locale.ROOT));
    found
        .facts()
        .forEach((name, value) -> report.field(name, name, value == null ? "none" : value));
    found.notes().forEach(n -> report.line("note: " + n));
    found.problems().forEach(p -> report.line("problem: " + p));
    report.hidden("notes", found.notes());
    report.hidden("problems", found.problems());
    report.hidden("sound", found.isSound());
    if (action != Action.INFO) {
      report.line(found.isSound() ? "sound" : "not sound");
    }
    return found.isSound() ? 0 : 1;
  }
}
