package io.sagitta.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks in huge pages, and that nothing native is touched unless the user enabled it. */
class HugePagesTest {
  @Test
  void withoutNativeAccessNothingIsSaidOrAsked() throws Exception {
    assertThat(run(List.of())).containsExactly("page 0", "done");
    assertThat(run(List.of("--illegal-native-access=deny"))).containsExactly("page 0", "done");
  }

  @Test
  void thePropertySwitchesThemOff() throws Exception {
    assertThat(
            run(List.of("--enable-native-access=ALL-UNNAMED", "-D" + HugePages.PROPERTY + "=off")))
        .containsExactly("page 0", "done");
  }

  @Test
  void aBlockBeginsAtAPageIsZeroedAndMarked() throws Exception {
    long page = page();
    long bytes = 2 * page + 5;
    long before = MemoryBlock.allocatedBytes();
    MemoryBlock block = MemoryBlock.allocate(bytes);
    MemorySegment s = block.segment();
    assertThat(block.bytes()).isEqualTo(bytes);
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before + bytes);
    assertThat(s.address() % page).isZero();
    assertThat(s.mismatch(MemorySegment.ofArray(new byte[(int) bytes]))).isEqualTo(-1);
    s.set(ValueLayout.JAVA_BYTE, bytes - 1, (byte) 7);
    assertThat(s.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
    assertThatThrownBy(() -> s.get(ValueLayout.JAVA_BYTE, bytes))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(flags(s.address())).as("VmFlags of the mapping").contains(" hg");
    block.free();
    assertThat(MemoryBlock.allocatedBytes()).isEqualTo(before);
    assertThatThrownBy(() -> s.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void smallBlocksArePlain() {
    long page = page();
    MemoryBlock block = MemoryBlock.allocate(page - 1);
    assertThat(block.segment().address() % 64).isZero();
    block.free();
  }

  @Test
  void aFreedBlockGivesItsAddressesBack() throws Exception {
    page();
    long before = virtualKilobytes();
    for (int i = 0; i < 2_000; i++) {
      MemoryBlock.allocate(64 << 20).free();
    }
    // 125 GiB, had they been kept.
    assertThat(virtualKilobytes() - before).isLessThan(8 << 20);
  }

  private static long page() {
    long page = HugePages.pageBytes();
    assumeTrue(page > 0, "no huge pages on this system, or no native access for this JVM");
    assumeTrue(page <= 64 << 20, "huge pages of " + page + " bytes");
    return page;
  }

  private static String flags(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      int dash = line.indexOf('-');
      int space = line.indexOf(' ');
      if (dash > 0 && dash < space && line.substring(0, dash).matches("[0-9a-f]+")) {
        inside =
            Long.parseUnsignedLong(line.substring(0, dash), 16) <= address
                && address < Long.parseUnsignedLong(line.substring(dash + 1, space), 16);
      } else if (inside && line.startsWith("VmFlags:")) {
        return line;
      }
    }
    return "";
  }

  private static long virtualKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmSize:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no VmSize");
  }

  private static List<String> run(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    String real = System.getProperty("surefire.test.class.path");
    String path = real != null ? real : System.getProperty("java.class.path");
    command.addAll(List.of("-Xmx256m", "-cp", path, HugePagesMain.class.getName()));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(text).isZero();
    return text.lines().toList();
  }
}
