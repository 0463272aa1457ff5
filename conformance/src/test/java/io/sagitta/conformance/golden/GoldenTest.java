package io.sagitta.conformance.golden;

import io.sagitta.core.IndexFormatException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every committed file of FAISS: read and mapped, asked what FAISS was asked, written back. Needs
 * no Python. {@code -Dsagitta.golden=flat,idmap} takes some families only.
 *
 * <p>A file whose type Sagitta does not have is refused by name, and its test counts as skipped.
 * That no type gets lost this way is the business of {@code ConformanceTableTest}: the table that
 * is committed says which types are there.
 */
class GoldenTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicNode> files() {
    String chosen = System.getProperty("sagitta.golden", "");
    List<String> families = chosen.isEmpty() ? GoldenCase.FAMILIES : List.of(chosen.split(","));
    return families.stream()
        .map(
            family ->
                DynamicContainer.dynamicContainer(
                    family,
                    GoldenCase.of(family).stream()
                        .map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)))));
  }

  private void check(GoldenCase golden) throws Exception {
    try {
      GoldenRun.check(golden, folder);
    } catch (IndexFormatException e) {
      Assumptions.assumeFalse(GoldenRun.isAbsentType(e), () -> String.valueOf(e.getMessage()));
      throw e;
    }
  }
}
