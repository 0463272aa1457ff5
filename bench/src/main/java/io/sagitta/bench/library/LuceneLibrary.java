package io.sagitta.bench.library;

import io.sagitta.bench.BenchData;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene: one segment with its HNSW format on disk, mapped and in the page cache, searched through
 * the leaf reader with a collector of efSearch results. Document numbers are the ids.
 */
public final class LuceneLibrary implements Library {
  private static final String FIELD = "v";

  @Override
  public String name() {
    return "lucene";
  }

  @Override
  public String version() {
    return Version.LATEST.toString();
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    return spec.hnswM().isPresent() && data.d() <= 1024;
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) throws IOException {
    Path folder = Files.createTempDirectory("sagitta-bench-lucene");
    long resident = Memory.resident();
    long heap = Memory.heap();
    long start = System.nanoTime();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      KnnVectorsFormat format =
          threads > 1
              ? new Lucene99HnswVectorsFormat(
                  spec.hnswM().orElseThrow(), spec.efConstruction(), threads, pool)
              : new Lucene99HnswVectorsFormat(spec.hnswM().orElseThrow(), spec.efConstruction());
      IndexWriterConfig config =
          new IndexWriterConfig()
              .setCodec(
                  new Lucene104Codec() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                      return format;
                    }
                  })
              .setRAMBufferSizeMB(1900)
              .setUseCompoundFile(false);
      VectorSimilarityFunction similarity =
          data.metric() == MetricType.L2
              ? VectorSimilarityFunction.EUCLIDEAN
              : VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
      MMapDirectory directory = new MMapDirectory(folder);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (long i = 0; i < data.base().n(); i++) {
          Document document = new Document();
          document.add(
              new KnnFloatVectorField(FIELD, data.base().slice(i, 1).toArray(), similarity));
          writer.addDocument(document);
        }
        writer.forceMerge(1);
        writer.commit();
      }
      double seconds = (System.nanoTime() - start) * 1e-9;
      DirectoryReader reader = DirectoryReader.open(directory);
      long bytes = 0;
      for (String file : directory.listAll()) {
        bytes += directory.fileLength(file);
      }
      return new LuceneCandidate(
          reader,
          folder,
          new BuildFigures(
              0,
              seconds,
              Math.max(0, Memory.heap() - heap),
              bytes,
              Math.max(0, Memory.resident() - resident),
              bytes));
    }
  }

  @Override
  public void close() {}

  private record LuceneCandidate(DirectoryReader reader, Path folder, BuildFigures figures)
      implements Candidate {
    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      int ef = Math.max(k, IndexSpec.settings(setting).getOrDefault("efSearch", 16.0).intValue());
      float[][] rows = new float[(int) queries.n()][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = queries.slice(i, 1).toArray();
      }
      LeafReader leaf = reader.leaves().getFirst().reader();
      AcceptDocs all = AcceptDocs.fromLiveDocs(leaf.getLiveDocs(), leaf.maxDoc());
      return new JavaSearcher(
          rows.length,
          k,
          threads,
          single,
          () ->
              (i, out) -> {
                TopKnnCollector collector = new TopKnnCollector(ef, Integer.MAX_VALUE);
                leaf.searchNearestVectors(FIELD, rows[i], collector, all);
                ScoreDoc[] found = collector.topDocs().scoreDocs;
                for (int j = 0; j < k; j++) {
                  out[i * k + j] = j < found.length ? found[j].doc : -1;
                }
              });
    }

    @Override
    public void close() {
      try {
        reader.close();
        try (Stream<Path> files = Files.walk(folder)) {
          List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
          for (Path p : all) {
            Files.deleteIfExists(p);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
