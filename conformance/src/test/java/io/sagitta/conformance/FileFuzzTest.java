package io.sagitta.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.testkit.FileFuzzer;
import io.sagitta.testkit.FuzzMain;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damaged index files of every type: 100,000 in each build, more with {@code -Plong}. */
class FileFuzzTest {
  private static final long CASES = 100_000;

  private static FileFuzzer golden() throws IOException, URISyntaxException {
    return FuzzMain.fuzzer(
        Path.of(Objects.requireNonNull(FileFuzzTest.class.getResource("/golden")).toURI()));
  }

  @Test
  void damagedFilesAreRefusedOrHarmless() throws IOException, URISyntaxException {
    FileFuzzer fuzzer = golden();
    fuzzer.run(1, 0, CASES);
    assertThat(fuzzer.refused() + fuzzer.read()).isEqualTo(CASES);
    assertThat(fuzzer.read()).isGreaterThan(CASES / 10);
    assertThat(fuzzer.refused()).isGreaterThan(CASES / 10);
  }

  @Test
  @Tag("long")
  void manyMoreOfThem() throws IOException, URISyntaxException {
    golden().run(Long.getLong("sagitta.fuzz.seed", 2), 0, Long.getLong("sagitta.fuzz", 3_000_000));
  }
}
