package io.sagitta.conformance.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sagitta.conformance.FaissException;
import io.sagitta.conformance.FaissProcess;
import io.sagitta.conformance.FaissRequest;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The process keeps in step with its requests whatever goes wrong. */
@Tag("faiss")
class FaissProcessLiveTest {
  @BeforeEach
  void installed() {
    assumeTrue(LiveFaiss.find().isPresent(), FaissProcess::whyAbsent);
  }

  private static long two(FaissProcess faiss) {
    return faiss.call(FaissRequest.of("eval").with("expr", "1 + 1")).whole("value");
  }

  @Test
  void aRefusalLeavesItReady() {
    FaissProcess faiss = LiveFaiss.get();
    for (String bad : new String[] {"faiss.no_such_name", "1 / 0", "object()", "{'a': object()}"}) {
      assertThatThrownBy(() -> faiss.call(FaissRequest.of("eval").with("expr", bad)))
          .as(bad)
          .isInstanceOf(FaissException.class);
      assertThat(two(faiss)).as("after " + bad).isEqualTo(2);
    }
    assertThat(faiss.isUsable()).isTrue();
  }

  @Test
  void aDeadProcessIsReplaced() {
    FaissProcess faiss = LiveFaiss.get();
    assertThatThrownBy(
            () ->
                faiss.call(
                    FaissRequest.of("eval")
                        .with("body", "import os\nos._exit(3)")
                        .with("expr", "1")))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(faiss.isUsable()).isFalse();
    assertThat(two(LiveFaiss.get())).isEqualTo(2);
  }
}
