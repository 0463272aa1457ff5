package io.sagitta.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The choice of kernels, in this JVM and in fresh ones with and without the module. */
class KernelsTest {
  private record Fake(String name, int priority, boolean isUsable) implements KernelProvider {
    @Override
    public KernelSet create() {
      KernelSet plain = new PlainKernelProvider().create();
      return new KernelSet(
          name,
          0,
          plain.distances(),
          plain.matrix(),
          plain.metrics(),
          plain.fastScan(),
          plain.codes(),
          plain.queues());
    }
  }

  @Test
  @Tag("simd")
  void thePropertiesDecide() {
    String forced = System.getProperty("sagitta.kernels");
    if ("plain".equals(forced)) {
      assertThat(Kernels.describe()).isEqualTo("plain");
    } else {
      assertThat(Kernels.describe()).startsWith("vector, ");
      String width = System.getProperty("sagitta.simd.width");
      if (width != null) {
        int widest = jdk.incubator.vector.FloatVector.SPECIES_PREFERRED.vectorBitSize();
        int expected = Math.min(Integer.parseInt(width), widest);
        assertThat(Kernels.describe()).isEqualTo("vector, " + expected + " bit");
      }
    }
  }

  @Test
  void theBestUsableOneIsTakenUnlessOneIsNamed() {
    List<KernelProvider> all =
        List.of(new Fake("low", 1, true), new Fake("high", 9, true), new Fake("gone", 99, false));
    assertThat(Kernels.choose("auto", all).description()).isEqualTo("high");
    assertThat(Kernels.choose("low", all).description()).isEqualTo("low");
    assertThatThrownBy(() -> Kernels.choose("gone", all))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sagitta.kernels=gone");
    assertThatThrownBy(() -> Kernels.choose("nonsense", all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nonsense")
        .hasMessageContaining("low, high, gone");
  }

  @Test
  void withoutTheModulePlainKernelsRunAndOneLineSaysHow() throws Exception {
    Outcome o = run(List.of());
    assertThat(o.exit()).isZero();
    assertThat(o.lines()).contains("kernels: plain", "searched 64");
    assertThat(o.lines().stream().filter(l -> l.contains("--add-modules jdk.incubator.vector")))
        .hasSize(1);
  }

  @Test
  void withTheModuleNothingIsSaid() throws Exception {
    Outcome o = run(List.of("--add-modules", "jdk.incubator.vector"));
    assertThat(o.exit()).isZero();
    assertThat(o.lines()).anyMatch(l -> l.startsWith("kernels: vector, "));
    assertThat(o.lines()).noneMatch(l -> l.contains("--add-modules"));
  }

  @Test
  void forcingThePlainOnesIsSilent() throws Exception {
    Outcome o = run(List.of("-Dsagitta.kernels=plain"));
    assertThat(o.exit()).isZero();
    assertThat(o.lines()).containsExactly("kernels: plain", "searched 64");
  }

  @Test
  void forcingAbsentOnesFailsClearly() throws Exception {
    Outcome o = run(List.of("-Dsagitta.kernels=vector"));
    assertThat(o.exit()).isNotZero();
    assertThat(o.lines())
        .anyMatch(l -> l.contains("start Java with --add-modules jdk.incubator.vector"));
  }

  private record Outcome(int exit, List<String> lines) {}

  private static Outcome run(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-Xmx256m", "-cp", classPath(), KernelChoiceMain.class.getName()));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(p.waitFor(), text.lines().toList());
  }

  /** Surefire may start us from a jar whose manifest holds the real path. */
  private static String classPath() {
    String real = System.getProperty("surefire.test.class.path");
    return real != null ? real : System.getProperty("java.class.path");
  }
}
