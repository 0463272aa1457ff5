package io.sagitta.storage.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.sagitta.storage.metadata.MetadataStore;
import io.sagitta.storage.metadata.MetadataStoreContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleMetadataStoreTest extends MetadataStoreContract {
  private static final UUID STORE = new UUID(3, 4);

  @TempDir Path directory;

  @Override
  protected MetadataStore open(long maxVectors) {
    return ChronicleMetadataStore.open(null, STORE, maxVectors);
  }

  @Test
  void mapsThatWereClosedOpenAgainAndOthersAreMadeAnew() {
    MetadataStore store = ChronicleMetadataStore.open(directory, STORE, 100);
    assertThat(store.recoveredLsn()).isEqualTo(-1);
    for (int i = 0; i < 3_000; i++) {
      store.put(i, "id" + i, document("text " + i));
    }
    store.close(77);
    store = ChronicleMetadataStore.open(directory, STORE, 100);
    assertThat(store.recoveredLsn()).isEqualTo(77);
    assertThat(store.size()).isEqualTo(3_000);
    assertThat(text(store.get(store.keyOf("id2999")))).isEqualTo("text 2999");
    // Left without a word about the log: not to be trusted.
    store.close(-1);
    store = ChronicleMetadataStore.open(directory, STORE, 100);
    assertThat(store.recoveredLsn()).isEqualTo(-1);
    assertThat(store.size()).isZero();
    store.close(5);
    store = ChronicleMetadataStore.open(directory, new UUID(5, 6), 100);
    assertThat(store.recoveredLsn()).isEqualTo(-1);
    store.close(6);
  }

  @Test
  void theFlagsOfThisTestAreInForceAndListed() {
    assertThat(RequiredFlags.missing()).isEmpty();
    assertThat(RequiredFlags.all()).hasSize(5).allMatch(f -> f.endsWith("=ALL-UNNAMED"));
  }
}
