package io.sagitta.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void flagsKeepFileNamesAndLoseFolders() {
    assertThat(Machine.withoutFolders("-XX:SharedArchiveFile=/home/somebody/x/sagitta.jsa"))
        .isEqualTo("-XX:SharedArchiveFile=sagitta.jsa");
    assertThat(Machine.withoutFolders("-Xlog:gc:file=/a/b.log,/c/d/e:uptime"))
        .isEqualTo("-Xlog:gc:file=b.log,e:uptime");
    for (String flag : new String[] {"-Xmx2g", "--add-modules=jdk.incubator.vector", "-ea"}) {
      assertThat(Machine.withoutFolders(flag)).isEqualTo(flag);
    }
  }

  @Test
  void theMachineIsNamed() {
    ObjectNode machine = Machine.describe();
    assertThat(machine.path("cores").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(machine.path("jdk").asText()).contains(Runtime.version().toString());
    assertThat(machine.path("flags").asText())
        .doesNotContain("-Djava.class.path")
        .doesNotContain("=/");
  }
}
