package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.codec.FloatCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A vector that crosses a call which is not inlined is an object, made anew each time. C2 inlines
 * what has at most 35 bytes of bytecode ({@code MaxInlineSize}) wherever it is called; what is
 * larger only where profiles say it is called often, and those of a JVM that serves several indexes
 * may say otherwise: with nine pairs of 3 components to one of 32 each of the latter took 272 bytes
 * while the sum of lanes had 98.
 */
class VectorSignatureTest {
  private static final int MAX_INLINE_SIZE = 35;

  /** Called in every turn of a loop over components, or once when a class is initialised. */
  private static final Set<String> ALLOWED =
      Set.of(
          "VectorLaneHalfScorer.term",
          "VectorHammingChange.term",
          "Lanes.sixBitValues",
          "Lanes.smallHalves",
          "Lanes.halves",
          "Lanes.highHalves",
          "PqColumns.floatOrder",
          "Simd.having",
          "Simd.wideHaving");

  @Test
  void vectorsCrossSmallMethodsOnly() throws Exception {
    Map<String, Integer> large = new TreeMap<>();
    int seen = 0;
    for (ClassModel c : classes()) {
      String name = c.thisClass().asInternalName();
      for (var m : c.methods()) {
        if (m.methodType().stringValue().matches(".*jdk/incubator/vector/\\w+(Vector|Mask);.*")) {
          seen++;
          String method = name.substring(name.lastIndexOf('/') + 1) + "." + m.methodName();
          int size = m.findAttribute(Attributes.code()).map(a -> a.codeLength()).orElse(0);
          if (size > MAX_INLINE_SIZE && !ALLOWED.contains(method)) {
            large.put(method, size);
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(20);
    assertThat(large).as("bytes of bytecode").isEmpty();
  }

  private static java.util.List<ClassModel> classes() throws IOException, URISyntaxException {
    Path root =
        Path.of(FloatCodec.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(f -> f.toString().endsWith(".class"))
          .map(
              f -> {
                try {
                  return ClassFile.of().parse(f);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }
}
