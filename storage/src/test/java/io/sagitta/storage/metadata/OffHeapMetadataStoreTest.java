package io.sagitta.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OffHeapMetadataStoreTest extends MetadataStoreContract {
  @Override
  protected MetadataStore open(long maxVectors) {
    return new OffHeapMetadataStore();
  }

  @Test
  void compactingGivesBackWhatReplacedRecordsHeld() {
    try (MetadataStore store = open(0)) {
      byte[] document = document("x".repeat(1_000));
      for (int i = 0; i < 20_000; i++) {
        store.put(i, "id" + i, document);
      }
      for (int i = 0; i < 20_000; i++) {
        if (i % 10 != 0) {
          store.remove(i);
        }
      }
      long before = store.offHeapBytes();
      assertThat(store.wastedBytes()).isGreaterThan(before / 2);
      store.compact();
      assertThat(store.offHeapBytes()).isLessThan(before / 2);
      for (int i = 0; i < 20_000; i += 10) {
        assertThat(store.get(i).document()).isEqualTo(document);
      }
    }
  }

  @Test
  void aViewStaysAsItWas() throws IOException {
    try (MetadataStore store = open(0)) {
      byte[] one = document("one");
      byte[] two = document("two");
      store.put(1, "a", one);
      store.put(2, "b", one);
      MetadataView view = store.view();
      store.replace(1, two);
      store.remove(2);
      store.put(3, "c", two);
      List<String> seen = new ArrayList<>();
      view.forEach(
          record -> {
            seen.add(record.key() + record.id());
            assertThat(record.document()).isEqualTo(one);
          });
      assertThat(seen).containsExactly("1a", "2b");
      store.clear();
      seen.clear();
      view.forEach(record -> seen.add(record.id()));
      assertThat(seen).containsExactly("a", "b");
    }
  }

  @Test
  void idsOfOneHashAreToldApart() {
    Map<Long, String> owners = new HashMap<>();
    IdTable table =
        new IdTable((key, id) -> new String(id, StandardCharsets.UTF_8).equals(owners.get(key))) {
          @Override
          long hash(byte[] id) {
            return 42;
          }
        };
    for (long key = 1; key <= 5; key++) {
      owners.put(key, "id" + key);
      assertThat(table.put(bytes("id" + key), key)).isEqualTo(MetadataStore.NO_KEY);
    }
    for (long key = 1; key <= 5; key++) {
      assertThat(table.get(bytes("id" + key))).isEqualTo(key);
    }
    table.remove(bytes("id1"));
    assertThat(table.get(bytes("id1"))).isEqualTo(MetadataStore.NO_KEY);
    assertThat(table.get(bytes("id3"))).isEqualTo(3);
    owners.put(9L, "id3");
    assertThat(table.put(bytes("id3"), 9)).isEqualTo(3);
    assertThat(table.get(bytes("id3"))).isEqualTo(9);
    table.remove(bytes("id3"));
    assertThat(table.get(bytes("id3"))).isEqualTo(MetadataStore.NO_KEY);
    assertThat(table.get(bytes("id2"))).isEqualTo(2);
  }

  /** A virtual thread among the readers may get no carrier for long: nobody waits for it. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aReaderThatDoesNotGoOnHoldsUpNobody() throws InterruptedException {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicLong known = new AtomicLong(1);
    AtomicLong found = new AtomicLong();
    AtomicReference<Thread> held = new AtomicReference<>();
    IdTable table =
        new IdTable(
            (key, id) -> {
              if (held.compareAndSet(Thread.currentThread(), null)) {
                reading.countDown();
                await(goOn);
              }
              return key >= known.get();
            });
    table.put(bytes("a"), 1);
    Thread reader = Thread.ofPlatform().unstarted(() -> found.set(table.get(bytes("a"))));
    held.set(reader);
    reader.start();
    reading.await();
    for (long key = 2; key < 1_000; key++) {
      assertThat(table.put(bytes("a"), key)).isEqualTo(key - 1);
      known.set(key);
    }
    assertThat(table.get(bytes("a"))).isEqualTo(999);
    goOn.countDown();
    reader.join();
    // The key it was looking at is forgotten: it has looked again.
    assertThat(found.get()).isEqualTo(999);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
