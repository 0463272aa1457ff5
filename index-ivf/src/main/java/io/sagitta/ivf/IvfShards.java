package io.sagitta.ivf;

import io.sagitta.core.Index;
import io.sagitta.core.io.AtomicFile;
import io.sagitta.core.io.IndexIO;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Inverted files larger than memory: several shard files become one index file without being
 * loaded, and an index's lists go to a data file beside its index file.
 *
 * <p>Shards must come from one training: same class, quantizer, codec. They are mapped, and read
 * list by list in order, once. Stateless; safe for all threads. Source: FAISS {@code
 * contrib.ondisk.merge_ondisk}.
 */
public final class IvfShards {
  private IvfShards() {}

  /**
   * Merges shard files into one index file that holds its lists.
   *
   * @param shards at least one file
   * @param out replaced atomically; may be one of the shards
   * @throws IllegalArgumentException if the shards do not fit together
   */
  public static void merge(List<Path> shards, Path out) throws IOException {
    try (Together together = openTogether(shards)) {
      IndexIO.write(together.all(), out);
    }
  }

  /**
   * Merges shard files into an index file and a data file of lists (FAISS {@code ilod}), both
   * replaced atomically, the data file first.
   *
   * @param data in the directory of {@code out}
   */
  public static void mergeOnDisk(List<Path> shards, Path out, Path data) throws IOException {
    try (Together together = openTogether(shards)) {
      writeOnDisk(together.all(), out, data);
    }
  }

  /**
   * Writes an index as an index file and a data file of lists.
   *
   * @param data in the directory of {@code out}
   * @throws IllegalArgumentException if the data file lies elsewhere: it would not be opened again
   */
  public static void writeOnDisk(IndexIVF index, Path out, Path data) throws IOException {
    Path home = out.toAbsolutePath().normalize().getParent();
    if (home == null || !home.equals(data.toAbsolutePath().normalize().getParent())) {
      throw new IllegalArgumentException(
          "the data file " + data + " must lie in the directory of " + out);
    }
    index.readingState(
        s -> {
          if (ListLayout.of(s.codec).unit() != 1) {
            throw new UnsupportedOperationException(
                index.getClass().getSimpleName() + " keeps its codes in blocks: no data file");
          }
          long[] extents = new long[3 * index.nlist()];
          writeData(s, data, extents);
          String name = String.valueOf(data.getFileName());
          try (IndexIVF view = index.viewOf(onDisk(s, name, extents))) {
            IndexIO.write(view, out);
          }
        });
  }

  /** Many mapped files as one index; the files are closed with it. */
  private record Together(IndexIVF all, List<Index> parts) implements AutoCloseable {
    @Override
    public void close() {
      all.close();
      parts.forEach(Index::close);
    }
  }

  private static Together openTogether(List<Path> shards) throws IOException {
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("there is no shard to merge");
    }
    List<Index> parts = new ArrayList<>();
    boolean done = false;
    try {
      for (Path shard : shards) {
        Index part = IndexIO.open(shard);
        parts.add(part);
        if (!(part instanceof IndexIVF) || part.getClass() != parts.get(0).getClass()) {
          throw new IllegalArgumentException(
              shard + " holds a " + part.getClass().getSimpleName() + ", which does not fit");
        }
      }
      IndexIVF all = ((IndexIVF) parts.get(0)).joined(parts);
      done = true;
      return new Together(all, parts);
    } finally {
      if (!done) {
        parts.forEach(Index::close);
      }
    }
  }

  private static IvfState onDisk(IvfState s, String name, long[] extents) {
    long total = 0;
    for (int l = 0; l < s.lists.nlist(); l++) {
      total += s.lists.get(l).bytes(s.codec.codeSize());
    }
    return s.withStore(
        s.lists,
        s.ntotal,
        new DataFileStore(name, extents, new long[0], total, null),
        List.of(),
        s.extra);
  }

  private static void writeData(IvfState s, Path data, long[] extents) throws IOException {
    int codeSize = s.codec.codeSize();
    try (AtomicFile file = AtomicFile.create(data);
        OutputStream stream = new BufferedOutputStream(file.stream(), 1 << 20)) {
      long at = 0;
      for (int l = 0; l < s.lists.nlist(); l++) {
        InvertedList list = s.lists.get(l);
        extents[3 * l] = list.size();
        extents[3 * l + 1] = list.size();
        extents[3 * l + 2] = at;
        for (int c = 0; c < list.chunkCount(); c++) {
          ListChunk chunk = list.chunk(c);
          copy(chunk.data(), chunk.codesAt(), (long) list.rows(c) * codeSize, stream);
        }
        for (int c = 0; c < list.chunkCount(); c++) {
          copy(list.chunk(c).data(), list.chunk(c).idsAt(), 8L * list.rows(c), stream);
        }
        at += list.bytes(codeSize);
      }
      stream.flush();
      file.commit();
    }
  }

  private static void copy(MemorySegment from, long offset, long bytes, OutputStream to)
      throws IOException {
    byte[] block = new byte[(int) Math.min(bytes, 1 << 16)];
    for (long done = 0; done < bytes; done += block.length) {
      int here = (int) Math.min(block.length, bytes - done);
      MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset + done, block, 0, here);
      to.write(block, 0, here);
    }
  }
}
