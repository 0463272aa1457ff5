package io.sagitta.core.io;

import io.sagitta.core.AbstractIndex;
import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.jfr.OpenEvent;
import io.sagitta.core.memory.MappedFile;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes FAISS's index files ({@code faiss.read_index}, {@code faiss.write_index}, format
 * of FAISS 1.15).
 *
 * <p>Safe for all threads. A damaged or hostile file gives one {@link IndexFormatException};
 * nothing it claims is believed before it is checked against the file's size.
 */
public final class IndexIO {
  private IndexIO() {}

  /**
   * Reads a whole index into memory of its own.
   *
   * @throws IndexFormatException for a damaged or unsupported file
   */
  public static Index read(Path file) throws IOException {
    return read(file, ReadOptions.LOAD);
  }

  /** Maps an index: opening costs O(header and tables), not O(data), and the index is read-only. */
  public static Index open(Path file) throws IOException {
    return read(file, ReadOptions.MAP);
  }

  /** Reads with options. */
  public static Index read(Path file, ReadOptions options) throws IOException {
    MappedFile whole = MappedFile.open(file);
    Mapping mapping = new Mapping(whole.segment(), whole::close);
    return read(mapping, options, file, whole);
  }

  /** Reads an index from bytes in memory; everything is copied. */
  public static Index fromBytes(byte[] bytes) throws IOException {
    return read(new Mapping(MemorySegment.ofArray(bytes), () -> {}), ReadOptions.LOAD, null, null);
  }

  private static Index read(
      Mapping mapping, ReadOptions options, @Nullable Path file, @Nullable MappedFile whole)
      throws IOException {
    OpenEvent event = OpenEvent.start();
    IndexInput in = new IndexInput(mapping, options, file);
    boolean done = false;
    try {
      Index index = in.readIndexNotNull("outermost index");
      done = true;
      if (index instanceof AbstractIndex<?> a) {
        if (whole != null && mapping.hasViews()) {
          a.watch(whole);
        }
        in.dataFiles().forEach(a::watch);
      }
      if (event != null) {
        event.finish(
            file == null ? "" : file.toString(),
            index.getClass().getSimpleName(),
            index.ntotal(),
            in.position(),
            options.map());
      }
      return index;
    } catch (InternalError e) {
      // How the JVM reports a page that is no longer in the file.
      IndexFormatException bad = in.bad("the file was cut while it was read");
      bad.initCause(e);
      throw bad;
    } catch (IllegalArgumentException | ArithmeticException e) {
      IndexFormatException bad = in.bad(String.valueOf(e.getMessage()));
      bad.initCause(e);
      throw bad;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      if (!done) {
        in.releaseAll();
      }
      mapping.release();
    }
  }

  /**
   * Writes an index, atomically: the bytes go to a temporary file beside the target, are forced to
   * disk and swapped in. A crash half way leaves the old file. The state written is the one
   * published when the call began.
   *
   * @throws UnsupportedOperationException if FAISS has no file form of this index
   */
  public static void write(Index index, Path file) throws IOException {
    try (AtomicFile out = AtomicFile.create(file)) {
      writeTo(index, out.stream());
      out.commit();
    }
  }

  /** Writes an index to a stream, which stays open. */
  public static void write(Index index, OutputStream stream) throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(stream);
    writeTo(index, buffered);
    buffered.flush();
  }

  /** The index file as bytes ({@code faiss.serialize_index}). */
  public static byte[] toBytes(Index index) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writeTo(index, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void writeTo(Index index, OutputStream stream) throws IOException {
    IndexOutput out = new IndexOutput(stream);
    out.writeIndex(index);
    out.flush();
  }
}
