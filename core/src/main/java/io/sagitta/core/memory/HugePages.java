package io.sagitta.core.memory;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory in huge pages (Linux: usually 2 MiB instead of 4 KiB), for blocks that hold at
 * least one. The system is asked by {@code mmap} and {@code madvise} of the C library the JVM
 * itself runs on, and only where it may be without a warning: when the user enabled native access
 * for this module ({@code --enable-native-access=io.sagitta.core}, on the class path {@code
 * ALL-UNNAMED}). Elsewhere, or with {@code -Dsagitta.memory.hugepages=off}, blocks are plain memory
 * and no native call is made; nothing but speed depends on it.
 *
 * <p>Why: a graph's rows lie anywhere. 100 MB are 25,600 small pages, and a Zen 3 core remembers
 * 2,048 translations, so nearly every row begins with a page walk (in a virtual machine a walk of
 * two tables); 50 huge pages are all remembered.
 *
 * <p>Safe for all threads.
 */
public final class HugePages {
  /** System property: {@code off} leaves native memory functions alone. */
  public static final String PROPERTY = "sagitta.memory.hugepages";

  private static final Path SYSTEM = Path.of("/sys/kernel/mm/transparent_hugepage");
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;

  /** Null: not to be had here. */
  private static final @Nullable HugePages SYSTEM_PAGES = find();

  private final long pageBytes;
  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle madvise;

  private HugePages(long pageBytes, MethodHandle mmap, MethodHandle munmap, MethodHandle madvise) {
    this.pageBytes = pageBytes;
    this.mmap = mmap;
    this.munmap = munmap;
    this.madvise = madvise;
  }

  /** Bytes of a huge page when blocks are asked to lie in such, else 0. */
  public static long pageBytes() {
    HugePages p = SYSTEM_PAGES;
    return p == null ? 0 : p.pageBytes;
  }

  /**
   * Zeroed memory that begins at a huge page, of which as many as are full lie in such if the
   * system has them; or null where huge pages are not to be had, or a block holds none.
   *
   * @param bytes size
   * @param arena owner; the memory goes with it
   */
  static @Nullable MemorySegment allocate(long bytes, Arena arena) {
    HugePages p = SYSTEM_PAGES;
    return p == null || bytes < p.pageBytes ? null : p.map(bytes, arena);
  }

  @SuppressWarnings("restricted")
  private @Nullable MemorySegment map(long bytes, Arena arena) {
    try {
      long whole = Math.addExact(bytes, pageBytes);
      long address =
          (long) mmap.invokeExact(MemorySegment.NULL, whole, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (address == -1) {
        return null;
      }
      long first = (address + pageBytes - 1) & -pageBytes;
      int refused =
          (int)
              madvise.invokeExact(
                  MemorySegment.ofAddress(first), bytes & -pageBytes, MADV_HUGEPAGE);
      if (refused != 0) {
        unmap(address, whole);
        return null;
      }
      return MemorySegment.ofAddress(first).reinterpret(bytes, arena, s -> unmap(address, whole));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private void unmap(long address, long bytes) {
    try {
      int failed = (int) munmap.invokeExact(MemorySegment.ofAddress(address), bytes);
      if (failed != 0) {
        throw new IllegalStateException("munmap of " + bytes + " bytes failed");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("restricted")
  private static @Nullable HugePages find() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (!os.equals("linux")
        || ADDRESS.byteSize() != 8
        || System.getProperty(PROPERTY, "").equals("off")
        || !HugePages.class.getModule().isNativeAccessEnabled()) {
      return null;
    }
    try {
      if (Files.readString(SYSTEM.resolve("enabled")).contains("[never]")) {
        return null;
      }
      long page = Long.parseLong(Files.readString(SYSTEM.resolve("hpage_pmd_size")).strip());
      if (page < 4096 || Long.bitCount(page) != 1) {
        return null;
      }
      Linker linker = Linker.nativeLinker();
      SymbolLookup c = linker.defaultLookup();
      return new HugePages(
          page,
          linker.downcallHandle(
              c.findOrThrow("mmap"),
              FunctionDescriptor.of(
                  JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
          linker.downcallHandle(
              c.findOrThrow("munmap"), FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG)),
          linker.downcallHandle(
              c.findOrThrow("madvise"),
              FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)));
    } catch (IOException | RuntimeException e) {
      // No such kernel interface, or a C library without these names: plain memory then.
      return null;
    }
  }
}
