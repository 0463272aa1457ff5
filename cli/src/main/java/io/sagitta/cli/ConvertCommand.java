package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.vectors.ElementType;
import io.sagitta.core.vectors.IdMatrix;
import io.sagitta.core.vectors.VectorFileInfo;
import io.sagitta.core.vectors.VectorFiles;
import io.sagitta.core.vectors.VectorFormat;
import io.sagitta.core.vectors.VectorReader;
import io.sagitta.core.vectors.VectorWriter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sagitta convert}: vectors from one file format into another. */
@Command(
    name = "convert",
    description = "Convert a vector file to another format, or write out the vectors of an index.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sagitta convert base.fvecs base.npy",
      "  sagitta convert train-images-idx3-ubyte.gz train.npy --type float32",
      "  sagitta convert base.fbin first.fbin --count 1000",
      "  sagitta convert hnsw.index vectors.npy"
    })
final class ConvertCommand extends BaseCommand {
  private static final int BLOCK = 4096;

  @Parameters(index = "0", paramLabel = "IN", description = "Vector file or index file.")
  private Path input = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "Vector file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Component type of a .npy: ${COMPLETION-CANDIDATES} (default: as in IN).")
  private @Nullable ElementType type;

  @Option(
      names = "--skip",
      paramLabel = "N",
      defaultValue = "0",
      description = "Leave out the first N vectors.")
  private long skip;

  @Option(names = "--count", paramLabel = "N", description = "Take at most N vectors.")
  private @Nullable Long count;

  @Override
  protected int run(Report report) throws IOException {
    IndexFiles.requireFile(input);
    VectorFormat format = VectorFormat.of(output);
    if (InfoCommand.isVectorFile(input)) {
      VectorFileInfo info = VectorFiles.inspect(input);
      ElementType element = element(format, info.element());
      if (isWideInteger(info.element()) && isWideInteger(element)) {
        integers(info, element, report);
      } else {
        floats(info, element, report);
      }
    } else {
      index(element(format, ElementType.FLOAT32), report);
    }
    return 0;
  }

  private ElementType element(VectorFormat format, ElementType source) {
    if (format != VectorFormat.NPY) {
      return type == null ? format.element() : type;
    }
    return type == null ? source : type;
  }

  private static boolean isWideInteger(ElementType e) {
    return e == ElementType.INT32 || e == ElementType.INT64;
  }

  private long taken(long n) {
    if (skip < 0 || skip > n) {
      throw wrongUse("--skip " + skip + " is not in [0, " + n + "]");
    }
    if (count != null && count < 0) {
      throw wrongUse("--count " + count + " is negative");
    }
    return count == null ? n - skip : Math.min(count, n - skip);
  }

  private void floats(VectorFileInfo info, ElementType element, Report report) throws IOException {
    long n = taken(info.n());
    try (VectorReader in = VectorReader.open(input);
        VectorWriter out = VectorWriter.create(output, info.d(), element);
        ProgressBar bar = bar("convert")) {
      in.skip(skip);
      while (out.count() < n) {
        out.append(in.next(Math.min(BLOCK, n - out.count())));
        bar.progress("convert", out.count(), n);
      }
      out.commit();
    }
    done(report, n, info.d(), element);
  }

  /** Numbers that float32 might round go through 64 bits. */
  private void integers(VectorFileInfo info, ElementType element, Report report)
      throws IOException {
    long n = taken(info.n());
    IdMatrix all = IdMatrix.read(input);
    try (VectorWriter out = VectorWriter.create(output, info.d(), element)) {
      for (long i = skip; i < skip + n; i++) {
        out.appendRow(all.ids(), (int) i * all.k());
      }
      out.commit();
    }
    done(report, n, info.d(), element);
  }

  private void index(ElementType element, Report report) throws IOException {
    try (Index index = IndexFiles.read(input, true);
        Arena arena = Arena.ofConfined();
        ProgressBar bar = bar("convert")) {
      int d = index.d();
      long n = taken(index.ntotal());
      MemorySegment memory = arena.allocate((long) BLOCK * d * 4, 64);
      try (VectorWriter out = VectorWriter.create(output, d, element)) {
        while (out.count() < n) {
          long rows = Math.min(BLOCK, n - out.count());
          index.reconstructN(skip + out.count(), rows, memory);
          out.append(new Vectors(rows, d, memory));
          bar.progress("convert", out.count(), n);
        }
        out.commit();
      }
      done(report, n, d, element);
    }
  }

  private void done(Report report, long n, int d, ElementType element) {
    report.hidden("n", n);
    report.hidden("d", d);
    report.hidden("element", element.name().toLowerCase(Locale.ROOT));
    report.field(
        "out",
        "wrote",
        output.toString(),
        output + ", " + n + " x " + d + " " + element.name().toLowerCase(Locale.ROOT));
  }
}
