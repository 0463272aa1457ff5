package io.sagitta.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Rows stay what they are through growth and cuts, views stay valid, and little memory is unused.
 */
class CodeStoreProperties {
  @Property(tries = 60)
  void rowsAreKeptAndLittleIsUnused(
      @ForAll @IntRange(min = 1, max = 3_000) int rowBytes,
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = -2_000, max = 6_000) Integer> steps) {
    CodeStore store = new CodeStore(rowBytes);
    long before = MemoryBlock.allocatedBytes() - store.bytes();
    long size = 0;
    long largest = 0;
    for (int step : steps) {
      CodeRows old = store.view();
      if (step < 0) {
        size = Math.max(0, size + step);
        store.truncate(size);
      } else {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment rows = arena.allocate((long) Math.max(1, step) * rowBytes);
          for (long r = 0; r < step; r++) {
            rows.asSlice(r * rowBytes, rowBytes).fill(valueOf(size + r));
          }
          assertThat(store.append(rows, 0, step)).isEqualTo(size);
        }
        size += step;
      }
      largest = Math.max(largest, size);
      assertThat(store.size()).isEqualTo(size);
      checkRows(store.view(), size, rowBytes);
      checkRows(old, Math.min(old.size(), size), rowBytes);
      long used = largest * rowBytes;
      assertThat(store.bytes() - used)
          .as("unused of " + used)
          .isBetween(0L, Math.max(Math.min(used, 1 << 20), Math.min(2 << 20, used / 4)) + 128);
      for (MemoryBlock b : store.takeRetired()) {
        b.free();
      }
    }
    store.free();
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
  }

  private static byte valueOf(long row) {
    return (byte) (row * 31 + 7);
  }

  private static void checkRows(CodeRows rows, long n, int rowBytes) {
    for (long r = 0; r < n; r++) {
      MemorySegment chunk = rows.chunk(r);
      long at = rows.offset(r);
      assertThat(chunk.get(ValueLayout.JAVA_BYTE, at)).isEqualTo(valueOf(r));
      assertThat(chunk.get(ValueLayout.JAVA_BYTE, at + rowBytes - 1)).isEqualTo(valueOf(r));
    }
  }
}
