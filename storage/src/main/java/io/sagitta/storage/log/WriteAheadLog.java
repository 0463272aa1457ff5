package io.sagitta.storage.log;

import io.sagitta.storage.Durability;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.fs.StorageFile;
import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The log that a write goes through before it is acknowledged.
 *
 * <p>{@link #append} and {@link #rotate} are for one thread at a time (the store's write lock);
 * {@link #awaitDurable} may be called by any number at once: the first to come syncs for all that
 * were appended by then, the others wait for it (group commit).
 *
 * <p>A failed append leaves the log as it was: the file is cut back to where the transaction began.
 * When that fails too, or a sync fails (after which nobody knows what the device holds), the log is
 * broken for good: every later call throws, and the store must be opened anew.
 *
 * <p>Holds one direct buffer, at most the size of the largest record, until closed.
 */
public final class WriteAheadLog implements AutoCloseable {
  /** What gathers before it is written: 1 MiB. */
  private static final int BUFFER = 1 << 20;

  private final StorageFileSystem fs;
  private final Path directory;
  private final UUID store;
  private final Durability durability;
  private final long segmentBytes;
  private final CRC32C crc = new CRC32C();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean syncing;
  private long syncedLsn;
  private @Nullable Throwable broken;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private StorageFile file;
  private long fileEnd;
  private long nextLsn;
  private volatile long flushedLsn;
  private final AtomicLong bytes;

  private WriteAheadLog(
      StorageFileSystem fs,
      Path directory,
      UUID store,
      Durability durability,
      long segmentBytes,
      StorageFile file,
      long fileEnd,
      long nextLsn,
      long bytes) {
    this.fs = fs;
    this.directory = directory;
    this.store = store;
    this.durability = durability;
    this.segmentBytes = segmentBytes;
    this.file = file;
    this.fileEnd = fileEnd;
    this.nextLsn = nextLsn;
    this.syncedLsn = nextLsn;
    this.flushedLsn = nextLsn;
    this.bytes = new AtomicLong(bytes);
  }

  /**
   * Opens the log where a scan says it ends: cuts a torn tail of the last segment, or begins a new
   * segment where there is none.
   *
   * @param segmentBytes a new segment is begun when the current one has this many bytes
   */
  public static WriteAheadLog open(
      StorageFileSystem fs,
      Path directory,
      UUID store,
      Durability durability,
      long segmentBytes,
      LogScan scan)
      throws IOException {
    SegmentScan last = scan.segments().isEmpty() ? null : scan.segments().getLast();
    if (last != null && last.committedEnd() == 0) {
      fs.delete(last.file());
      last = null;
    }
    // A snapshot may be newer than every segment that is left: then a new one begins, too.
    if (last == null || last.nextLsn() != scan.nextLsn()) {
      StorageFile file = newSegment(fs, directory, store, scan.nextLsn());
      return new WriteAheadLog(
          fs,
          directory,
          store,
          durability,
          segmentBytes,
          file,
          LogFormat.SEGMENT_HEADER,
          scan.nextLsn(),
          LogFormat.SEGMENT_HEADER);
    }
    StorageFile file = fs.openForWriting(last.file());
    try {
      if (last.tornBytes() > 0) {
        file.truncate(last.committedEnd());
        file.sync();
      }
    } catch (IOException e) {
      file.close();
      throw e;
    }
    return new WriteAheadLog(
        fs,
        directory,
        store,
        durability,
        segmentBytes,
        file,
        last.committedEnd(),
        scan.nextLsn(),
        scan.bytes() - last.tornBytes());
  }

  private static StorageFile newSegment(
      StorageFileSystem fs, Path directory, UUID store, long firstLsn) throws IOException {
    Path path = directory.resolve(LogFormat.segmentName(firstLsn));
    fs.delete(path);
    StorageFile file = fs.create(path);
    try {
      file.write(LogFormat.segmentHeader(store, firstLsn), 0);
      file.sync();
      fs.syncDirectory(directory);
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      fs.delete(path);
      throw e;
    }
  }

  /** The LSN that the next record will have. */
  public long nextLsn() {
    return nextLsn;
  }

  /** Bytes of the log's segments together. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Appends one transaction: after a crash either all of its records are there or none is.
   *
   * @param payloads at least one
   * @return the LSN after its last record, for {@link #awaitDurable}
   * @throws StorageOperationError if it could not be written; nothing of it is in the log then
   */
  public long append(Iterator<? extends LogPayload> payloads) {
    requireSound();
    long start = fileEnd + buffer.position();
    long startLsn = nextLsn;
    try {
      if (start >= segmentBytes) {
        rotate();
        start = fileEnd;
      }
      while (payloads.hasNext()) {
        LogPayload payload = payloads.next();
        int size = payload.size();
        int record = Math.toIntExact(LogFormat.recordSize(size));
        if (buffer.remaining() < record) {
          flush();
          growBuffer(record);
        }
        put(payload, size, record, !payloads.hasNext());
      }
      if (durability != Durability.NONE || buffer.position() >= BUFFER) {
        flush();
        flushedLsn = nextLsn;
      }
      return nextLsn;
    } catch (IOException | RuntimeException e) {
      undo(start, startLsn, e);
      throw new StorageOperationError(
          "the log in " + directory + " could not be written, nothing was stored: " + e, e);
    }
  }

  private void put(LogPayload payload, int size, int record, boolean commit) {
    int at = buffer.position();
    int limit = buffer.limit();
    buffer.position(at + LogFormat.RECORD_HEADER).limit(at + LogFormat.RECORD_HEADER + size);
    payload.writeTo(buffer);
    if (buffer.hasRemaining()) {
      throw new IllegalStateException(
          "a log payload of " + size + " bytes left " + buffer.remaining() + " unwritten");
    }
    buffer.limit(limit);
    for (int i = at + LogFormat.RECORD_HEADER + size; i < at + record; i++) {
      buffer.put(i, (byte) 0);
    }
    LogFormat.putRecordHeader(buffer, at, size, nextLsn, payload.type(), commit, crc);
    buffer.position(at + record);
    nextLsn++;
  }

  private void growBuffer(int record) {
    if (record > buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(record).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private void flush() throws IOException {
    int n = buffer.position();
    if (n == 0) {
      return;
    }
    ByteBuffer view = buffer.duplicate().flip();
    file.write(view, fileEnd);
    fileEnd += n;
    bytes.addAndGet(n);
    buffer.clear();
  }

  /** Takes back what was put behind a position of the log, in the buffer and in the file. */
  private void undo(long start, long lsn, Exception cause) {
    try {
      long end = Math.min(start, fileEnd);
      buffer.position((int) (start - end));
      nextLsn = lsn;
      bytes.addAndGet(end - fileEnd);
      fileEnd = end;
      // Also when nothing was counted: a write that failed half way may have left whole records.
      file.truncate(end);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
      breakFor(cause);
    }
  }

  /**
   * Begins a new segment, with the old one durable.
   *
   * @return the LSN that the new segment begins with
   */
  public long rotate() throws IOException {
    requireSound();
    flush();
    lock.lock();
    try {
      while (syncing) {
        changed.awaitUninterruptibly();
      }
      try {
        file.sync();
      } catch (IOException e) {
        breakFor(e);
        throw e;
      }
      StorageFile fresh = newSegment(fs, directory, store, nextLsn);
      file.close();
      file = fresh;
      fileEnd = LogFormat.SEGMENT_HEADER;
      bytes.addAndGet(LogFormat.SEGMENT_HEADER);
      flushedLsn = nextLsn;
      syncedLsn = nextLsn;
      changed.signalAll();
      return nextLsn;
    } finally {
      lock.unlock();
    }
  }

  /** Removes the segments that hold nothing from an LSN on. */
  public void deleteBefore(long lsn) throws IOException {
    List<Path> files = LogScan.segmentFiles(fs, directory);
    for (int i = 0; i + 1 < files.size(); i++) {
      if (LogFormat.firstLsn(files.get(i + 1)) <= lsn) {
        fs.delete(files.get(i));
      }
    }
    long left = 0;
    for (Path path : LogScan.segmentFiles(fs, directory)) {
      try (StorageFile segment = fs.openForReading(path)) {
        left += segment.size();
      }
    }
    bytes.set(left);
  }

  /**
   * Returns when everything before an LSN survives what the durability promises; for {@code none}
   * and {@code os} that is at once.
   *
   * @throws StorageOperationError if the device failed; what was acknowledged before stays so
   */
  public void awaitDurable(long lsn) {
    if (durability == Durability.FSYNC) {
      syncUpTo(lsn);
    }
  }

  /**
   * Writes and syncs everything appended so far, whatever the durability. For the writing thread.
   */
  public void sync() {
    requireSound();
    try {
      flush();
    } catch (IOException e) {
      breakFor(e);
      throw failed(e);
    }
    flushedLsn = nextLsn;
    syncUpTo(nextLsn);
  }

  private void syncUpTo(long lsn) {
    lock.lock();
    try {
      while (syncedLsn < lsn) {
        if (broken != null) {
          throw failed(broken);
        }
        if (syncing) {
          changed.awaitUninterruptibly();
        } else {
          syncAsLeader();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void syncAsLeader() {
    syncing = true;
    // Everything below this LSN is in the file: appends flush before they hand out their LSN.
    long target = flushedLsn;
    StorageFile current = file;
    lock.unlock();
    Throwable failure = null;
    try {
      current.sync();
    } catch (IOException | RuntimeException e) {
      failure = e;
    } finally {
      lock.lock();
    }
    syncing = false;
    if (failure != null) {
      broken = failure;
    } else {
      syncedLsn = Math.max(syncedLsn, target);
    }
    changed.signalAll();
  }

  private void requireSound() {
    lock.lock();
    try {
      if (broken != null) {
        throw failed(broken);
      }
    } finally {
      lock.unlock();
    }
  }

  private void breakFor(Throwable cause) {
    lock.lock();
    try {
      if (broken == null) {
        broken = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private StorageOperationError failed(Throwable cause) {
    return new StorageOperationError(
        "the log in "
            + directory
            + " failed and takes no more writes; open the store anew: "
            + cause,
        cause);
  }

  /**
   * Writes what is buffered, makes it durable, and closes the file. A broken log is only closed.
   */
  @Override
  public void close() throws IOException {
    lock.lock();
    boolean sound = broken == null;
    lock.unlock();
    try {
      if (sound) {
        flush();
        file.sync();
      }
    } finally {
      file.close();
      breakFor(new IOException("the log is closed"));
    }
  }
}
