package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@link OwnCode} promises, read off the class files of this package. */
class OwnCodeTest {
  /** C2's {@code FreqInlineSize}, in bytes. */
  private static final int INLINED = 325;

  /** C2's {@code HugeMethodLimit}, in bytes: what has more is never compiled. */
  private static final int NEVER_COMPILED = 8000;

  private static final String VECTORS = "jdk/incubator/vector/";

  @Test
  void isTooLargeToBeInlinedAndNotTooLargeToBeCompiled() throws Exception {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (MethodModel method : annotated()) {
      seen++;
      int bytes = method.code().map(c -> ((CodeAttribute) c).codeLength()).orElseThrow();
      if (bytes <= INLINED || bytes > NEVER_COMPILED) {
        wrong.add(name(method) + " has " + bytes + " bytes");
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  void takesAndGivesNoVectorToAnythingButTheJdk() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (MethodModel method : annotated()) {
      if (method.methodType().stringValue().contains(VECTORS)) {
        wrong.add(name(method) + method.methodType());
      }
      CodeModel code = method.code().orElseThrow();
      code.forEach(
          element -> {
            if (element instanceof InvokeInstruction call
                && !call.owner().asInternalName().startsWith("jdk/")
                && call.type().stringValue().contains(VECTORS)) {
              wrong.add(name(method) + " calls " + call.owner().name() + "." + call.name());
            }
          });
    }
    assertThat(wrong).isEmpty();
  }

  private static String name(MethodModel method) {
    return method.parent().orElseThrow().thisClass().asInternalName()
        + "."
        + method.methodName().stringValue();
  }

  private static List<MethodModel> annotated() throws Exception {
    String descriptor = "L" + OwnCode.class.getName().replace('.', '/') + ";";
    List<MethodModel> methods = new ArrayList<>();
    for (Path file : classFiles()) {
      for (MethodModel method : parse(file).methods()) {
        method
            .findAttribute(java.lang.classfile.Attributes.runtimeInvisibleAnnotations())
            .map(RuntimeInvisibleAnnotationsAttribute::annotations)
            .filter(as -> as.stream().anyMatch(a -> a.className().equalsString(descriptor)))
            .ifPresent(as -> methods.add(method));
      }
    }
    return methods;
  }

  private static ClassModel parse(Path file) throws IOException {
    return ClassFile.of().parse(Files.readAllBytes(file));
  }

  private static List<Path> classFiles() throws Exception {
    URL url = OwnCode.class.getResource(OwnCode.class.getSimpleName() + ".class");
    try (Stream<Path> files = Files.list(Path.of(URI.create(url.toString())).getParent())) {
      return files.filter(f -> f.toString().endsWith(".class")).toList();
    }
  }
}
