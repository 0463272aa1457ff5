package io.sagitta.core.io;

import io.sagitta.core.Index;
import io.sagitta.core.IndexFormatException;
import io.sagitta.core.memory.MappedFile;
import io.sagitta.core.memory.MemoryBlock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over an index file: little-endian, unaligned, and suspicious. Every size is checked
 * against what is left of the file before anything is allocated.
 *
 * <p>For one thread. Memory handed out by {@link #readStored} belongs to the index that asked; if
 * reading fails, {@link IndexIO} frees all of it.
 */
public final class IndexInput {
  /** FAISS's bound on nested indexes. */
  public static final int MAX_DEPTH = 50;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Mapping mapping;
  private final MemorySegment data;
  private final ReadOptions options;
  private final @Nullable Path file;
  private final Deque<String> context = new ArrayDeque<>();
  private final List<Index> built = new ArrayList<>();
  private final List<StoredBytes> handedOut = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();
  private final List<MappedFile> dataFiles = new ArrayList<>();
  private long position;

  IndexInput(Mapping mapping, ReadOptions options, @Nullable Path file) {
    this.mapping = mapping;
    this.data = mapping.segment();
    this.options = options;
    this.file = file;
  }

  /** Notes a data file that the index will read from. */
  void addDataFile(MappedFile opened) {
    dataFiles.add(opened);
  }

  /** The data files opened so far. */
  List<MappedFile> dataFiles() {
    return dataFiles;
  }

  /** How the file is read. */
  public ReadOptions options() {
    return options;
  }

  /** The file, or null when the bytes come from memory. */
  public @Nullable Path file() {
    return file;
  }

  /** Byte offset of the cursor. */
  public long position() {
    return position;
  }

  /** Bytes left. */
  public long remaining() {
    return data.byteSize() - position;
  }

  /** Whether the outermost object is being read (FAISS's flags act only there). */
  public int depth() {
    return context.size();
  }

  /** The exception for a fault at the cursor, naming the object being read. */
  public IndexFormatException bad(String message) {
    String top = context.peek();
    return new IndexFormatException(top == null ? "" : top, position, message);
  }

  private long take(long bytes) throws IndexFormatException {
    if (bytes < 0 || bytes > remaining()) {
      throw bad("the file ends: " + bytes + " bytes wanted, " + remaining() + " left");
    }
    long at = position;
    position += bytes;
    return at;
  }

  /** One byte. */
  public byte readByte() throws IOException {
    return data.get(ValueLayout.JAVA_BYTE, take(1));
  }

  /** A byte that must be 0 or 1. */
  public boolean readBoolean() throws IOException {
    byte b = readByte();
    if (b != 0 && b != 1) {
      throw bad("boolean byte " + (b & 0xff) + " is neither 0 nor 1");
    }
    return b == 1;
  }

  /** A 16-bit integer. */
  public short readShort() throws IOException {
    return data.get(SHORT, take(2));
  }

  /** A 32-bit integer. */
  public int readInt() throws IOException {
    return data.get(INT, take(4));
  }

  /** A 64-bit integer. */
  public long readLong() throws IOException {
    return data.get(LONG, take(8));
  }

  /** A float32. */
  public float readFloat() throws IOException {
    return data.get(FLOAT, take(4));
  }

  /** A float64. */
  public double readDouble() throws IOException {
    return data.get(DOUBLE, take(8));
  }

  /** Four characters; unprintable bytes are shown as {@code \xNN}. */
  public String readFourcc() throws IOException {
    long at = take(4);
    StringBuilder s = new StringBuilder(4);
    for (int i = 0; i < 4; i++) {
      int c = data.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
      if (c >= 32 && c < 127) {
        s.append((char) c);
      } else {
        s.append(String.format("\\x%02x", c));
      }
    }
    return s.toString();
  }

  /**
   * The element count of a vector, checked against what is left.
   *
   * @param elementBytes bytes of an element
   */
  public long readCount(int elementBytes) throws IOException {
    long n = readLong();
    if (n < 0 || n > remaining() / elementBytes) {
      throw bad(
          "a vector of "
              + Long.toUnsignedString(n)
              + " elements of "
              + elementBytes
              + " bytes exceeds the "
              + remaining()
              + " bytes left");
    }
    return n;
  }

  private int heapCount(int elementBytes) throws IOException {
    long n = readCount(elementBytes);
    if (n > Integer.MAX_VALUE - 8) {
      throw bad("a table of " + n + " elements exceeds this reader's bound of 2^31 - 9");
    }
    return (int) n;
  }

  /** A counted vector of bytes. */
  public byte[] readByteVector() throws IOException {
    byte[] out = new byte[heapCount(1)];
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, take(out.length), out, 0, out.length);
    return out;
  }

  /** A counted vector of 32-bit integers. */
  public int[] readIntVector() throws IOException {
    int[] out = new int[heapCount(4)];
    MemorySegment.copy(data, INT, take(4L * out.length), out, 0, out.length);
    return out;
  }

  /** A counted vector of 64-bit integers. */
  public long[] readLongVector() throws IOException {
    long[] out = new long[heapCount(8)];
    MemorySegment.copy(data, LONG, take(8L * out.length), out, 0, out.length);
    return out;
  }

  /** A counted vector of float32. */
  public float[] readFloatVector() throws IOException {
    float[] out = new float[heapCount(4)];
    MemorySegment.copy(data, FLOAT, take(4L * out.length), out, 0, out.length);
    return out;
  }

  /** A counted vector of float64. */
  public double[] readDoubleVector() throws IOException {
    double[] out = new double[heapCount(8)];
    MemorySegment.copy(data, DOUBLE, take(8L * out.length), out, 0, out.length);
    return out;
  }

  /** A counted vector of characters. */
  public String readString() throws IOException {
    return new String(readByteVector(), StandardCharsets.UTF_8);
  }

  /**
   * Bulk bytes: a view of the file when mapping, else a copy off heap. The asking index releases
   * it.
   *
   * @param bytes how many, checked against what is left
   */
  public StoredBytes readStored(long bytes) throws IOException {
    long at = take(bytes);
    StoredBytes stored;
    if (options.map()) {
      stored = mapping.view(at, bytes);
    } else {
      MemoryBlock block = MemoryBlock.allocate(bytes);
      MemorySegment.copy(data, at, block.segment(), 0, bytes);
      stored = new StoredBytes(block.segment(), false, block::free);
    }
    handedOut.add(stored);
    return stored;
  }

  /**
   * Maps a data file that this file names, read-only; the asking index releases it. Only a regular
   * file in the index's own directory is opened, unless {@link ReadOptions#dataFilesAnywhere()}.
   *
   * @throws IndexFormatException if there is no such file
   */
  public StoredBytes openDataFile(String name) throws IOException {
    StoredBytes stored = DataFiles.open(this, name);
    handedOut.add(stored);
    return stored;
  }

  /** Bytes at the cursor as a view that is valid only while reading (copy what must last). */
  public MemorySegment peekAndSkip(long bytes) throws IOException {
    return data.asSlice(take(bytes), bytes);
  }

  /** A nested index, or null for FAISS's null pointer. */
  public @Nullable Index readIndex() throws IOException {
    if (context.size() >= MAX_DEPTH) {
      throw bad("indexes are nested deeper than " + MAX_DEPTH);
    }
    String fourcc = readFourcc();
    if (fourcc.equals("null")) {
      return null;
    }
    context.push(fourcc);
    IndexFormat<?> format = IndexFormats.reader(fourcc, this);
    Index index = format.read(fourcc, this);
    built.add(index);
    context.pop();
    return index;
  }

  /**
   * A nested index that must be there.
   *
   * @param role what it is, for the message
   */
  public Index readIndexNotNull(String role) throws IOException {
    Index index = readIndex();
    if (index == null) {
      throw bad("the " + role + " is a null index");
    }
    return index;
  }

  /**
   * Has {@code free} run if reading fails from here on, also when the memory has come to an index
   * by then: it must do nothing the second time.
   */
  public void onFailure(Runnable free) {
    undo.add(free);
  }

  /** Frees everything that was handed out; after a failed read. */
  void releaseAll() {
    for (int i = built.size() - 1; i >= 0; i--) {
      built.get(i).close();
    }
    handedOut.forEach(StoredBytes::release);
    undo.forEach(Runnable::run);
  }
}
