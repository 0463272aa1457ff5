package io.sagitta.core.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Vectors for kernel tests: every kind of value, in every kind of memory, at every alignment. */
final class TestVectors {
  enum Values {
    NORMAL,
    INTEGER,
    DENORMAL,
    SIGNED_ZERO,
    LARGE,
    TINY,
    MIXED
  }

  enum Memory {
    HEAP_BYTES,
    HEAP_FLOATS,
    OFF_HEAP,
    MAPPED
  }

  private TestVectors() {}

  static float[] values(Values kind, int n, Random random) {
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] =
          switch (kind) {
            case NORMAL -> (float) random.nextGaussian();
            case INTEGER -> random.nextInt(17) - 8;
            case DENORMAL -> Float.MIN_VALUE * (random.nextInt(2001) - 1000);
            case SIGNED_ZERO -> random.nextBoolean() ? 0f : -0f;
            case LARGE -> (float) (random.nextGaussian() * 1e16);
            case TINY -> (float) (random.nextGaussian() * 1e-21);
            case MIXED -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(21) - 10));
          };
    }
    return v;
  }

  /**
   * A segment that holds {@code v} from byte {@code shift} on (a multiple of 4 for float arrays).
   */
  static MemorySegment place(float[] v, Memory kind, int shift) {
    long bytes = 4L * v.length;
    MemorySegment s =
        switch (kind) {
          case HEAP_BYTES -> MemorySegment.ofArray(new byte[(int) bytes + shift]);
          case HEAP_FLOATS -> MemorySegment.ofArray(new float[v.length + (shift + 3) / 4]);
          case OFF_HEAP -> Arena.ofAuto().allocate(bytes + shift, 64);
          case MAPPED -> mapped(bytes + shift);
        };
    MemorySegment.copy(v, 0, s, DistanceKernels.FLOAT, shift, v.length);
    return s;
  }

  private static MemorySegment mapped(long bytes) {
    try {
      Path file = Files.createTempFile("sagitta-kernel", ".bin");
      try (FileChannel c =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        return c.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
