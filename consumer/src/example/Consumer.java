package example;

import io.sagitta.core.Index;
import io.sagitta.core.KnnResult;
import io.sagitta.core.SearchParameters;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.vectors.VectorFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * What a user does, with every family: build, search, write, read, map; arguments: factory strings.
 */
public final class Consumer {
  private static final int D = 24;
  private static final int N = 500;

  private Consumer() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("consumer");
    Path indexFile = folder.resolve("i.index");
    Path vectorFile = folder.resolve("v.npy");
    SplittableRandom random = new SplittableRandom(7);
    float[] base = new float[N * D];
    for (int i = 0; i < base.length; i++) {
      base[i] = random.nextInt(256);
    }
    VectorFiles.write(vectorFile, Vectors.of(base, D));
    Vectors vectors = VectorFiles.read(vectorFile);
    for (String factory : args) {
      try (Index index = IndexFactory.create(D, factory)) {
        index.train(vectors);
        if (factory.startsWith("IDMap")) {
          index.addWithIds(vectors, LongStream.range(0, N).toArray());
        } else {
          index.add(vectors);
        }
        KnnResult result = index.search(vectors.slice(0, 50), 3, SearchParameters.NONE);
        for (int q = 0; q < 50; q++) {
          if (result.id(q, 0) != q) {
            throw new AssertionError(factory + ": query " + q + " found " + result.id(q, 0));
          }
        }
        IndexIO.write(index, indexFile);
        try (Index read = IndexIO.read(indexFile);
            Index mapped = IndexIO.open(indexFile)) {
          same(result, read.search(vectors.slice(0, 50), 3));
          same(result, mapped.search(vectors.slice(0, 50), 3));
        }
      }
    }
    Files.delete(indexFile);
    Files.delete(vectorFile);
    Files.delete(folder);
    System.out.println("consumer ok: " + String.join(" ", args));
  }

  private static void same(KnnResult a, KnnResult b) {
    if (!Arrays.equals(a.labels(), b.labels()) || !Arrays.equals(a.distances(), b.distances())) {
      throw new AssertionError("a file answers otherwise than its index");
    }
  }
}
