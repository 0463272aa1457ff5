package io.sagitta.storage.fs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file system for tests that runs full, fails to sync, holds syncs back, and forgets on {@link
 * #crashInto} whatever was not made durable by the rules of {@link StorageFileSystem}.
 */
public final class FaultyFileSystem implements StorageFileSystem {
  private static final class Content {
    byte[] durable = new byte[0];
  }

  private final StorageFileSystem disk = DiskFileSystem.INSTANCE;
  private final AtomicLong allowed = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger syncs = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private volatile boolean failSyncs;
  private volatile boolean failReads;
  private boolean held;
  private int stepsLeft;
  private @Nullable Path crashFrom;
  private @Nullable Path crashTo;

  /** The names as programs see them. */
  private final Map<Path, Content> names = new HashMap<>();

  /** The names as the device has them. */
  private final Map<Path, Content> durableNames = new HashMap<>();

  /** From now on this many bytes can be written, then the disk is full. */
  public void allowBytes(long bytes) {
    allowed.set(bytes);
  }

  /** Whether syncs fail. */
  public void failSyncs(boolean fail) {
    failSyncs = fail;
  }

  /** Whether files cannot be read. */
  public void failReads(boolean fail) {
    failReads = fail;
  }

  /** Syncs of files so far. */
  public int syncs() {
    return syncs.get();
  }

  /** Syncs wait from now on. */
  public void holdSyncs() {
    lock.lock();
    held = true;
    lock.unlock();
  }

  /** Syncs go on. */
  public void releaseSyncs() {
    lock.lock();
    held = false;
    released.signalAll();
    lock.unlock();
  }

  /** Crashes into a directory before the n-th step (sync, rename, deletion) from now. */
  public void crashAtStep(int n, Path from, Path to) {
    stepsLeft = n;
    crashFrom = from;
    crashTo = to;
  }

  /** Crashes now, if the step of {@link #crashAtStep} was not reached. */
  public void crashIfNotYet(Path from, Path to) throws IOException {
    if (stepsLeft > 0) {
      stepsLeft = 0;
      crashInto(from, to);
    }
  }

  private void step() throws IOException {
    if (stepsLeft > 0 && --stepsLeft == 0 && crashFrom != null && crashTo != null) {
      crashInto(crashFrom, crashTo);
    }
  }

  /** Writes what the device has of a directory into another one. */
  public void crashInto(Path from, Path to) throws IOException {
    synchronized (names) {
      Files.createDirectories(to);
      for (Map.Entry<Path, Content> entry : durableNames.entrySet()) {
        if (entry.getKey().startsWith(from)) {
          Path target = to.resolve(from.relativize(entry.getKey()).toString());
          Files.createDirectories(target.getParent());
          Files.write(target, entry.getValue().durable);
        }
      }
    }
  }

  private void waitIfHeld() {
    lock.lock();
    try {
      while (held) {
        released.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private Content content(Path path) {
    synchronized (names) {
      return names.computeIfAbsent(path, p -> new Content());
    }
  }

  @Override
  public StorageFile create(Path path) throws IOException {
    StorageFile file = disk.create(path);
    synchronized (names) {
      names.put(path, new Content());
    }
    return new FaultyFile(path, file, content(path));
  }

  @Override
  public StorageFile openForWriting(Path path) throws IOException {
    return new FaultyFile(path, disk.openForWriting(path), content(path));
  }

  @Override
  public StorageFile openForReading(Path path) throws IOException {
    failIfUnreadable(path);
    return new FaultyFile(path, disk.openForReading(path), content(path));
  }

  private void failIfUnreadable(Path path) throws IOException {
    if (failReads) {
      throw new IOException("Input/output error: " + path);
    }
  }

  @Override
  public MemorySegment map(Path path, Arena arena) throws IOException {
    failIfUnreadable(path);
    return disk.map(path, arena);
  }

  @Override
  public void sync(Path path) throws IOException {
    makeDurable(path, content(path));
  }

  private void makeDurable(Path path, Content content) throws IOException {
    waitIfHeld();
    step();
    syncs.incrementAndGet();
    if (failSyncs) {
      throw new IOException("Input/output error");
    }
    synchronized (names) {
      content.durable = Files.readAllBytes(path);
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    step();
    if (failSyncs) {
      throw new IOException("Input/output error");
    }
    synchronized (names) {
      // Names below a directory of this one that is gone are gone with it.
      durableNames.keySet().removeIf(p -> p.startsWith(directory) && !names.containsKey(p));
      names.forEach(
          (path, content) -> {
            if (directory.equals(path.getParent())) {
              durableNames.put(path, content);
            }
          });
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    disk.createDirectories(directory);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step();
    disk.rename(from, to);
    synchronized (names) {
      move(names, from, to);
      if (Files.isDirectory(to)) {
        // Strict for files, lenient for directories: the store never relies on an old directory
        // name after it asked for the new one.
        move(durableNames, from, to);
      }
    }
  }

  private static void move(Map<Path, Content> map, Path from, Path to) {
    Map<Path, Content> moved = new HashMap<>();
    map.forEach(
        (path, content) -> {
          if (path.equals(from)) {
            moved.put(to, content);
          } else if (path.startsWith(from)) {
            moved.put(to.resolve(from.relativize(path)), content);
          }
        });
    map.keySet().removeIf(path -> path.startsWith(from));
    map.putAll(moved);
  }

  @Override
  public void delete(Path path) throws IOException {
    step();
    disk.delete(path);
    synchronized (names) {
      names.keySet().removeIf(p -> p.startsWith(path));
    }
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  private final class FaultyFile implements StorageFile {
    private final Path path;
    private final StorageFile file;
    private final Content content;

    FaultyFile(Path path, StorageFile file, Content content) {
      this.path = path;
      this.file = file;
      this.content = content;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      int wanted = source.remaining();
      int fits = (int) Math.min(wanted, Math.max(0, allowed.get()));
      if (allowed.get() != Long.MAX_VALUE) {
        allowed.addAndGet(-wanted);
      }
      file.write(source.slice(source.position(), fits), position);
      if (fits < wanted) {
        throw new IOException("No space left on device");
      }
      source.position(source.limit());
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      failIfUnreadable(path);
      return file.read(target, position);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      makeDurable(path, content);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
