package io.sagitta.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs jcstress in a JVM of its own; a forbidden outcome ends it with an error. */
class PublicationTest {
  @TempDir Path folder;

  @Test
  void noForbiddenOutcome() throws IOException, InterruptedException {
    String mode = System.getProperty("sagitta.jcstress.mode", "sanity");
    Path log = folder.resolve("jcstress.log");
    Process p =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.openjdk.jcstress.Main",
                    "-m",
                    mode,
                    "-r",
                    folder.resolve("results").toString()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(p.waitFor(40, TimeUnit.MINUTES)).as("jcstress ends in time").isTrue();
    String text = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(p.exitValue()).as(text).isZero();
    Matcher last =
        Pattern.compile(
                "Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+)"
                    + " hard errs")
            .matcher(text);
    long planned = 0;
    while (last.find()) {
      planned = Long.parseLong(last.group(1));
      if (Long.parseLong(last.group(2)) == planned) {
        System.out.println("jcstress, mode " + mode + ": " + planned + " configurations passed");
        assertThat(text).contains("3 matching test results");
        return;
      }
    }
    fail("not all of " + planned + " configurations passed: " + text);
  }
}
