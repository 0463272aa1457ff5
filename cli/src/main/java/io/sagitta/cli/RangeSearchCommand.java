package io.sagitta.cli;

import io.sagitta.core.Index;
import io.sagitta.core.RangeResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.io.AtomicFile;
import io.sagitta.core.vectors.VectorReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sagitta range-search}: everything within a radius. */
@Command(
    name = "range-search",
    description = "Find all vectors within a radius of each query.",
    footerHeading = "%nExample:%n",
    footer = {
      "  sagitta range-search --index flat.index --queries q.npy --radius 60000 --out near.json",
      "",
      "Distances below the radius are returned (for l2 the radius is squared, as in FAISS); for ip"
          + " and",
      "jaccard, scores above it. The file: {\"radius\":R,\"results\":[{\"query\":0,\"ids\":[...],",
      "\"distances\":[...]},...]}, best first."
    })
final class RangeSearchCommand extends BaseCommand {
  private static final int BLOCK = 256;

  @Option(
      names = "--index",
      required = true,
      paramLabel = "INDEX",
      description = "Index to search.")
  private Path file = Path.of("");

  @Option(names = "--queries", required = true, paramLabel = "FILE", description = "Query vectors.")
  private Path queries = Path.of("");

  @Option(names = "--radius", required = true, paramLabel = "R", description = "The radius.")
  private float radius;

  @Option(
      names = "--params",
      paramLabel = "NAME=VALUE,...",
      defaultValue = "",
      description = "Search parameters under FAISS's names.")
  private String params = "";

  @Option(names = "--mmap", description = "Map the index file instead of reading it.")
  private boolean map;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.json",
      description = "File to write.")
  private Path output = Path.of("");

  @Override
  protected int run(Report report) throws IOException {
    SearchParameters parameters = SearchParameters.parse(params);
    IndexFiles.requireFile(queries);
    try (Index index = IndexFiles.read(file, map);
        VectorReader in = VectorReader.open(queries);
        AtomicFile out = AtomicFile.create(output);
        ProgressBar bar = bar("range-search")) {
      Writer writer =
          new BufferedWriter(new OutputStreamWriter(out.stream(), StandardCharsets.UTF_8));
      writer.append("{\"radius\":").append(Float.toString(radius)).append(",\"results\":[");
      long n = in.info().n();
      long total = 0;
      long nanos = 0;
      for (long from = 0; from < n; ) {
        Vectors block = in.next(BLOCK);
        long start = System.nanoTime();
        RangeResult result = index.rangeSearch(block, radius, parameters);
        nanos += System.nanoTime() - start;
        write(writer, result, from, index.metricType().isSimilarity());
        total += result.total();
        from += block.n();
        bar.progress("range-search", from, n);
      }
      writer.append("]}\n").flush();
      out.commit();
      report.field("queries", "queries", n);
      report.field("results", "results", total);
      report.field("searchSeconds", "searched in", nanos / 1e9, Report.seconds(nanos / 1e9));
      report.field("out", "wrote", output.toString());
    }
    return 0;
  }

  private static void write(Writer out, RangeResult result, long from, boolean descending)
      throws IOException {
    for (int q = 0; q < result.nq(); q++) {
      int count = result.count(q);
      int base = (int) result.lims()[q];
      Integer[] order = new Integer[count];
      Arrays.setAll(order, i -> base + i);
      Arrays.sort(
          order,
          (a, b) -> {
            int c = Float.compare(result.distances()[a], result.distances()[b]);
            return c == 0 ? Long.compare(result.ids()[a], result.ids()[b]) : descending ? -c : c;
          });
      long[] ids = new long[count];
      float[] distances = new float[count];
      for (int i = 0; i < count; i++) {
        ids[i] = result.ids()[order[i]];
        distances[i] = result.distances()[order[i]];
      }
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("query", from + q);
      row.put("ids", ids);
      row.put("distances", distances);
      out.append(from + q == 0 ? "\n" : ",\n");
      JsonText.write(out, row);
    }
  }
}
