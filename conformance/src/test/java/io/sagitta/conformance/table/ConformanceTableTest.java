package io.sagitta.conformance.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ConformanceTableTest {
  @Test
  void theCommittedTableIsUpToDate() throws IOException {
    Path file = Path.of(System.getProperty("sagitta.top"), "conformance", "README.md");
    assertThat(Files.readString(file))
        .as("write it with conformance/check.sh table")
        .isEqualTo(ConformanceTable.text());
  }

  @Test
  void everyQuirkInScopeHasATestThatExists() throws ClassNotFoundException {
    for (Quirk q : Quirk.ALL) {
      if (q.stand() == Quirk.Stand.OUT_OF_SCOPE) {
        assertThat(q.ours()).as("quirk %d", q.number()).isNotEmpty();
        continue;
      }
      String[] parts = q.test().split("#");
      Class<?> test = Class.forName("io.sagitta.conformance." + parts[0]);
      assertThat(Arrays.stream(test.getDeclaredMethods()).map(java.lang.reflect.Method::getName))
          .as("quirk %d", q.number())
          .contains(parts[1]);
    }
    // 1 to 25 are the list of FAISS's semantics, the others were found by live cases.
    assertThat(Quirk.ALL.stream().map(Quirk::number))
        .doesNotHaveDuplicates()
        .isSorted()
        .hasSize(34);
  }
}
