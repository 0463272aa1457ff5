package io.sagitta.bench;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.WarmUp;
import io.sagitta.core.io.IndexIO;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A fresh JVM that opens an index and searches: prints the wall clock at main in milliseconds, the
 * milliseconds from there to the first answer (with {@code warm}: to the end of {@link WarmUp}),
 * the queries per second within the first second after that, and those of the fifth.
 */
public final class ColdStart {
  /** Queries that take turns: many, since branches are compiled for what they meet. */
  private static final int ROWS = 256;

  private ColdStart() {}

  /** Arguments: index file, {@code open} or {@code read} or {@code warm} (open, then warm up). */
  public static void main(String[] args) throws IOException {
    long wall = System.currentTimeMillis();
    long start = System.nanoTime();
    Path file = Path.of(args[0]);
    try (Index index = !args[1].equals("read") ? IndexIO.open(file) : IndexIO.read(file)) {
      float[] query = index.reconstruct(index.ntotal() / 2);
      KnnResult result = new KnnResult();
      SearchParameters parameters = SearchParameters.NONE;
      index.searchInto(Vectors.one(query), 10, parameters, result);
      double first = (System.nanoTime() - start) * 1e-6;
      float[] near = new float[ROWS * index.d()];
      for (int i = 0; i < ROWS; i++) {
        float[] row = index.reconstruct(index.ntotal() * i / ROWS);
        row[0] += 0.01f;
        System.arraycopy(row, 0, near, i * row.length, row.length);
      }
      Vectors queries = Vectors.of(near, index.d());
      if (args[1].equals("warm")) {
        WarmUp.oneByOne(index, queries, 10, parameters, Duration.ofSeconds(10));
        first = (System.nanoTime() - start) * 1e-6;
      }
      Vectors[] rows = new Vectors[ROWS];
      for (int i = 0; i < ROWS; i++) {
        rows[i] = queries.slice(i, 1);
      }
      double[] rates = new double[5];
      for (int second = 0; second < rates.length; second++) {
        long from = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - from < 1_000_000_000L) {
          index.searchInto(rows[(int) (count % ROWS)], 10, parameters, result);
          count++;
        }
        rates[second] = count / ((System.nanoTime() - from) * 1e-9);
      }
      System.out.println(wall + " " + first + " " + rates[0] + " " + rates[4]);
    }
  }
}
