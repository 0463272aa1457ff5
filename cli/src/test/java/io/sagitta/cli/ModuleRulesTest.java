package io.sagitta.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** Who may use what: the table of ARCHITECTURE.md as tests. */
@AnalyzeClasses(
    packages = "io.sagitta",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ModuleRulesTest {
  private static final String CORE = "io.sagitta.core..";
  private static final String FLAT = "io.sagitta.flat..";
  private static final String HNSW = "io.sagitta.hnsw..";
  private static final String IVF = "io.sagitta.ivf..";
  private static final String STORAGE = "io.sagitta.storage..";
  private static final String CLI = "io.sagitta.cli..";
  private static final String[] LIBRARY = {CORE, FLAT, HNSW, IVF, STORAGE};

  @ArchTest static final ArchRule coreUsesTheJdkAndHppc = uses(CORE, CORE);

  @ArchTest static final ArchRule flatUsesCore = uses(FLAT, FLAT, CORE);

  @ArchTest static final ArchRule hnswUsesCoreAndFlat = uses(HNSW, HNSW, FLAT, CORE);

  @ArchTest static final ArchRule ivfUsesCoreAndFlat = uses(IVF, IVF, FLAT, CORE);

  /**
   * Storage finds index families by ServiceLoader; where IVF is there, it may put lists on disk.
   */
  @ArchTest
  static final ArchRule storageUsesCoreAndItsLibraries =
      uses(
          STORAGE,
          STORAGE,
          CORE,
          IVF,
          "com.sun.management..",
          "org.apache.commons.pool2..",
          "com.fasterxml.jackson..",
          "io.micrometer..");

  @ArchTest
  static final ArchRule nobodyUsesTheCommand =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARY)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLI);

  @ArchTest
  static final ArchRule librariesDoNotPrint =
      noClasses().that().resideInAnyPackage(LIBRARY).should(ACCESS_STANDARD_STREAMS);

  /**
   * Virtual threads come by the million: what a call needs again is pooled, not kept per thread.
   */
  @ArchTest
  static final ArchRule nothingIsKeptPerThread =
      noClasses()
          .that()
          .resideInAnyPackage(LIBRARY)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class);

  @ArchTest
  static final ArchRule loggingGoesThroughSystemLogger = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule noUnsafeMemory =
      noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..");

  private static ArchRule uses(String who, String... whom) {
    String[] common = {
      "java..", "jdk.incubator.vector..", "jdk.jfr..", "com.carrotsearch.hppc..", "org.jspecify.."
    };
    String[] all = Arrays.copyOf(common, common.length + whom.length);
    System.arraycopy(whom, 0, all, common.length, whom.length);
    return classes()
        .that()
        .resideInAPackage(who)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(all)
        .allowEmptyShould(true);
  }
}
