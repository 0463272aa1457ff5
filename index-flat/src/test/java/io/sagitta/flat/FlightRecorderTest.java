package io.sagitta.flat;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.core.Index;
import io.sagitta.core.Vectors;
import io.sagitta.core.factory.IndexFactory;
import io.sagitta.core.io.IndexIO;
import io.sagitta.core.jfr.EventRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flight Recorder sees every training, addition, search and opening, with what they touched. */
class FlightRecorderTest {
  private static final int D = 8;
  private static final int N = 500;

  @TempDir Path folder;

  @Test
  void everyVerbIsAnEventOfItsOwn() throws IOException {
    Path file = folder.resolve("sq.index");
    try (Recording recording = new Recording()) {
      List.of("Train", "Add", "Search", "Open")
          .forEach(name -> recording.enable("io.sagitta." + name).withoutThreshold());
      recording.start();
      EventRegistry.registerNow();
      try (Index index = IndexFactory.create(D, "SQ8")) {
        Vectors x = Vectors.of(new float[N * D], D);
        index.train(x);
        index.add(x);
        index.search(x.slice(0, 3), 5);
        IndexIO.write(index, file);
      }
      IndexIO.open(file).close();
      recording.stop();
      Path dump = folder.resolve("events.jfr");
      recording.dump(dump);
      Map<String, RecordedEvent> events =
          RecordingFile.readAllEvents(dump).stream()
              .filter(e -> e.getEventType().getName().startsWith("io.sagitta."))
              .collect(Collectors.toMap(e -> e.getEventType().getName(), Function.identity()));
      assertThat(events)
          .containsOnlyKeys(
              "io.sagitta.Train", "io.sagitta.Add", "io.sagitta.Search", "io.sagitta.Open");
      RecordedEvent search = events.get("io.sagitta.Search");
      assertThat(search.getString("index")).isEqualTo("IndexScalarQuantizer");
      assertThat(search.getLong("queries")).isEqualTo(3);
      assertThat(search.getInt("k")).isEqualTo(5);
      assertThat(search.getLong("ntotal")).isEqualTo(N);
      assertThat(search.getLong("visited")).isEqualTo(3L * N);
      assertThat(search.getLong("visitedBytes")).isEqualTo(3L * N * D);
      assertThat(events.get("io.sagitta.Open").getLong("bytes")).isEqualTo(Files.size(file));
    }
  }
}
