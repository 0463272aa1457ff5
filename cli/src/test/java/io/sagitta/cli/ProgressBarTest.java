package io.sagitta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  @Test
  void aLineHasShareRateAndTimeLeft() {
    assertThat(ProgressBar.line("add", "add", 250, 1000, 2))
        .isEqualTo("add [######..................]  25% 250/1000  125/s  6 s left");
    assertThat(ProgressBar.line("IVF", "k-means", 3, -1, 0)).isEqualTo("IVF k-means 3");
    assertThat(ProgressBar.line("add", "", 10, 10, 5)).doesNotContain("left");
  }

  @Test
  void durationsReadAsSaid() {
    assertThat(ProgressBar.duration(59.4)).isEqualTo("59 s");
    assertThat(ProgressBar.duration(61)).isEqualTo("1:01 min");
    assertThat(ProgressBar.duration(7322)).isEqualTo("2:02 h");
  }

  @Test
  void theBarIsDrawnAndWiped() {
    StringWriter out = new StringWriter();
    try (ProgressBar bar = new ProgressBar(new PrintWriter(out), "add")) {
      bar.block(100, 200);
      assertThat(bar.progress("add", 50, 100)).isTrue();
    }
    assertThat(out.toString())
        .startsWith("\radd [##################......]  75% 150/200")
        .endsWith("\r\033[K");
  }

  @Test
  void withoutATerminalNothingIsDrawn() {
    try (ProgressBar bar = new ProgressBar(null, "add")) {
      assertThat(bar.progress("add", 1, 2)).isTrue();
    }
  }
}
