package io.sagitta.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PlaceTableTest {
  @Property(tries = 200)
  void doesWhatAMapDoes(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PlaceTable table = PlaceTable.withRoomFor(0);
    Map<Long, Long> map = new HashMap<>();
    for (int i = 0; i < 600; i++) {
      // Ids near each other and far apart, −1 among them.
      long id = random.nextBoolean() ? random.nextInt(60) - 1 : random.nextInt(40) << 40;
      if (random.nextInt(3) == 0) {
        table.remove(id);
        map.remove(id);
      } else {
        if (!table.hasRoom()) {
          table = table.remade();
        }
        long place = random.nextInt(1_000);
        Long old = map.put(id, place);
        assertThat(table.put(id, place)).isEqualTo(old == null ? -1 : old);
      }
      assertThat(table.get(id)).isEqualTo(map.getOrDefault(id, -1L));
      assertThat(table.size()).isEqualTo(map.size());
    }
    for (long id = -1; id < 60; id++) {
      assertThat(table.get(id)).isEqualTo(map.getOrDefault(id, -1L));
    }
  }

  @Test
  void aReaderSeesEachIdsOwnPlaces() throws InterruptedException {
    AtomicReference<PlaceTable> shared = new AtomicReference<>(PlaceTable.withRoomFor(8));
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<String> wrong = new AtomicReference<>();
    shared.get().put(7, 7_000);
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (long id = 0; !stop.get(); id = (id + 1) % 500) {
                    long place = shared.get().get(id);
                    if (place >= 0 && place / 1_000 != id) {
                      wrong.set("id " + id + " was given place " + place);
                    }
                    if (shared.get().get(7) < 0) {
                      wrong.set("an id that is always there was missing");
                    }
                  }
                });
    for (int i = 0; i < 300_000; i++) {
      long id = i % 500;
      PlaceTable table = shared.get();
      if (!table.hasRoom()) {
        table = table.remade();
        shared.set(table);
      }
      if (i % 3 == 0 && id != 7) {
        table.remove(id);
      } else {
        table.put(id, id * 1_000 + i % 1_000);
      }
    }
    stop.set(true);
    reader.join();
    assertThat(wrong.get()).isNull();
  }
}
