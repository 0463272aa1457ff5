package io.sagitta.conformance.golden;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
 */
class GoldenTest {
  private static final Set<String> PENDING =
      Set.of(
          "idmap",
          "hnsw",
          "ivf",
          "ivfcodes",
          "fastscan",
          "rabitq",
          "panorama",
          "independent",
          "legacy",
          "refused");

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
                        .map(
                            c ->
                                DynamicTest.dynamicTest(
                                    c.name(),
                                    () -> {
                                      Assumptions.assumeFalse(
                                          PENDING.contains(family), "not yet built");
                                      GoldenRun.check(c, folder);
                                    }))));
  }
}
