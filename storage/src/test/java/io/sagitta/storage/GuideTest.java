package io.sagitta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs what the guide shows. */
class GuideTest {
  private static final String HEAD =
      """
      import io.sagitta.core.Vectors;
      import io.sagitta.storage.*;
      import io.sagitta.storage.filter.Filter;
      import java.nio.file.Path;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.CompletableFuture;

      public class Guide {
        static int checks;

        static void check(boolean holds) {
          checks++;
          if (!holds) {
            throw new AssertionError("a check of the guide does not hold");
          }
        }

        static float[] flatten(float[][] rows) {
          float[] all = new float[rows.length * rows[0].length];
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
          }
          return all;
        }

        public static int run(Path dir) throws Exception {
      """;

  @TempDir Path directory;

  private static List<String> blocks(String guide) {
    List<String> blocks = new ArrayList<>();
    int at = guide.indexOf("```java\n");
    while (at >= 0) {
      int end = guide.indexOf("\n```", at);
      blocks.add(guide.substring(at + 8, end + 1));
      at = guide.indexOf("```java\n", end);
    }
    return blocks;
  }

  @Test
  void everyBlockCompilesAndHolds()
      throws IOException, ReflectiveOperationException, InvocationTargetException {
    Path guide = Path.of(System.getProperty("sagitta.top"), "docs", "storage.md");
    List<String> blocks = blocks(Files.readString(guide));
    assertThat(blocks).hasSize(6);
    Path source = directory.resolve("Guide.java");
    Files.writeString(source, HEAD + String.join("\n", blocks) + "return checks;\n}\n}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null)) {
      compiler
          .getTask(
              null,
              files,
              diagnostics,
              List.of(
                  "-d",
                  directory.toString(),
                  "-proc:none",
                  "-cp",
                  System.getProperty("java.class.path")),
              null,
              files.getJavaFileObjects(source))
          .call();
    }
    assertThat(diagnostics.getDiagnostics())
        .filteredOn(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
      Object checks =
          loader.loadClass("Guide").getMethod("run", Path.class).invoke(null, directory);
      assertThat((Integer) checks).isGreaterThanOrEqualTo(15);
    }
  }
}
