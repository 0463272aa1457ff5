package io.sagitta.storage.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.storage.document.DocumentReader;
import io.sagitta.storage.document.DocumentWriter;
import io.sagitta.storage.filter.CompiledFilter;
import io.sagitta.storage.filter.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every metadata store must do. */
public abstract class MetadataStoreContract {
  /** An empty store that expects at most this many records. */
  protected abstract MetadataStore open(long maxVectors);

  /** A document with a text and its length. */
  protected static byte[] document(String text) {
    return DocumentWriter.write(Map.of("text", text, "length", text.length()));
  }

  /** The text of a document made here. */
  protected static String text(StoredRecord record) {
    return (String) DocumentReader.read(record.document()).get("text");
  }

  @Test
  void aRecordIsFoundByIdAndByKey() {
    try (MetadataStore store = open(100)) {
      store.put(1, "a", document("one"));
      store.put(7, "é✓", document("two"));
      assertThat(store.size()).isEqualTo(2);
      assertThat(store.keyOf("a")).isEqualTo(1);
      assertThat(store.keyOf("é✓")).isEqualTo(7);
      assertThat(store.keyOf("b")).isEqualTo(MetadataStore.NO_KEY);
      StoredRecord record = store.get(7);
      assertThat(record.id()).isEqualTo("é✓");
      assertThat(record.key()).isEqualTo(7);
      assertThat(text(record)).isEqualTo("two");
      assertThat(store.get(2)).isNull();
      assertThat(store.get(1_000_000_000_000L)).isNull();
    }
  }

  @Test
  void anIdThatIsPutAgainLeavesItsOldKey() {
    try (MetadataStore store = open(100)) {
      assertThat(store.put(1, "a", document("one"))).isEqualTo(MetadataStore.NO_KEY);
      assertThat(store.put(2, "a", document("two"))).isEqualTo(1);
      assertThat(store.size()).isEqualTo(1);
      assertThat(store.keyOf("a")).isEqualTo(2);
      assertThat(store.get(1)).isNull();
      assertThat(store.test(1, null)).isFalse();
      assertThat(text(store.get(2))).isEqualTo("two");
    }
  }

  @Test
  void documentsAreReplacedAndRecordsRemoved() {
    try (MetadataStore store = open(100)) {
      store.put(1, "a", document("one"));
      store.put(2, "b", document("two"));
      store.replace(1, document("x".repeat(5_000)));
      assertThat(text(store.get(1))).hasSize(5_000);
      store.remove(1);
      assertThat(store.size()).isEqualTo(1);
      assertThat(store.keyOf("a")).isEqualTo(MetadataStore.NO_KEY);
      assertThat(store.get(1)).isNull();
      assertThatThrownBy(() -> store.remove(1)).isInstanceOf(IllegalArgumentException.class);
      byte[] empty = document("");
      assertThatThrownBy(() -> store.replace(1, empty))
          .isInstanceOf(IllegalArgumentException.class);
      store.clear();
      assertThat(store.size()).isZero();
      assertThat(store.keyOf("b")).isEqualTo(MetadataStore.NO_KEY);
      store.put(3, "b", document("three"));
      assertThat(text(store.get(3))).isEqualTo("three");
    }
  }

  @Test
  void filtersRunOverDocuments() {
    try (MetadataStore store = open(100)) {
      for (int i = 0; i < 50; i++) {
        store.put(i, "id" + i, document("x".repeat(i)));
      }
      CompiledFilter filter = CompiledFilter.of(Filter.ge("length", 45));
      List<Long> passing = new ArrayList<>();
      store.forEachKey(
          key -> {
            if (store.test(key, filter)) {
              passing.add(key);
            }
          });
      assertThat(passing).containsExactly(45L, 46L, 47L, 48L, 49L);
    }
  }

  @Test
  void valuesOfAnySizeAreKept() {
    try (MetadataStore store = open(10)) {
      int[] sizes = {0, 1, 100, 10_000, 70_000, 5_000_000};
      for (int i = 0; i < sizes.length; i++) {
        store.put(i, "id" + i, document("z".repeat(sizes[i])));
      }
      for (int i = 0; i < sizes.length; i++) {
        assertThat(text(store.get(i))).hasSize(sizes[i]);
      }
      String longId = "i".repeat(65_535);
      store.put(100, longId, document("long"));
      assertThat(store.keyOf(longId)).isEqualTo(100);
    }
  }

  @Test
  void moreRecordsThanWereExpectedAreKept() {
    try (MetadataStore store = open(50)) {
      for (int i = 0; i < 5_000; i++) {
        store.put(i, "id" + i, document("value " + i));
      }
      assertThat(store.size()).isEqualTo(5_000);
      for (int i = 0; i < 5_000; i += 7) {
        assertThat(text(store.get(store.keyOf("id" + i)))).isEqualTo("value " + i);
      }
    }
  }

  @Test
  void aLongRandomHistoryEndsLikeAPlainMap() throws IOException {
    Random random = new Random(11);
    try (MetadataStore store = open(2_000)) {
      Map<String, Long> keys = new HashMap<>();
      TreeMap<Long, String> texts = new TreeMap<>();
      long next = 1;
      for (int i = 0; i < 30_000; i++) {
        String id = "id" + random.nextInt(1_000);
        Long key = keys.get(id);
        int what = random.nextInt(10);
        if (key == null || what < 4) {
          String text = "t".repeat(random.nextInt(60)) + i;
          if (key != null) {
            texts.remove(key);
          }
          assertThat(store.put(next, id, document(text)))
              .isEqualTo(key == null ? MetadataStore.NO_KEY : key);
          keys.put(id, next);
          texts.put(next++, text);
        } else if (what < 7) {
          String text = "r".repeat(random.nextInt(300)) + i;
          store.replace(key, document(text));
          texts.put(key, text);
        } else {
          store.remove(key);
          keys.remove(id);
          texts.remove(key);
        }
        if (i % 5_000 == 0) {
          store.compact();
        }
      }
      assertThat(store.size()).isEqualTo(texts.size());
      keys.forEach((id, key) -> assertThat(store.keyOf(id)).isEqualTo(key));
      TreeMap<Long, String> seen = new TreeMap<>();
      List<Long> order = new ArrayList<>();
      try (MetadataView view = store.view()) {
        view.forEach(
            record -> {
              seen.put(record.key(), text(record));
              order.add(record.key());
              assertThat(keys.get(record.id())).isEqualTo(record.key());
            });
      }
      assertThat(seen).isEqualTo(texts);
      assertThat(order).isSorted();
    }
  }

  @Test
  void readersNeverSeeAnIdMissingWhileItIsPutAgain() throws InterruptedException {
    try (MetadataStore store = open(1_000)) {
      store.put(0, "steady", document("0"));
      AtomicBoolean stop = new AtomicBoolean();
      AtomicReference<String> wrong = new AtomicReference<>();
      List<Thread> readers = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        readers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (!stop.get()) {
                        long key = store.keyOf("steady");
                        if (key < 0) {
                          wrong.set("the id was missing");
                        }
                        StoredRecord record = store.get(key);
                        if (record != null
                            && (!record.id().equals("steady")
                                || !text(record).startsWith(Long.toString(key)))) {
                          wrong.set("key " + key + " gave " + record.id() + ": " + text(record));
                        }
                      }
                    }));
      }
      for (long key = 1; key < 4_000; key++) {
        store.put(2 * key, "steady", document(2 * key + "y".repeat((int) (key % 500))));
        store.put(2 * key + 1, "other" + key % 100, document("o".repeat(2_000)));
        if (key % 500 == 0) {
          store.compact();
        }
      }
      stop.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(wrong.get()).isNull();
    }
  }
}
