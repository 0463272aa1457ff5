package io.sagitta.storage.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sagitta.storage.Durability;
import io.sagitta.storage.StorageOperationError;
import io.sagitta.storage.fs.DiskFileSystem;
import io.sagitta.storage.fs.FaultyFileSystem;
import io.sagitta.storage.fs.StorageFileSystem;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WriteAheadLogTest {
  private static final UUID STORE = new UUID(1, 2);

  @TempDir Path directory;
  private final StorageFileSystem disk = DiskFileSystem.INSTANCE;

  private record Text(String text) implements LogPayload {
    @Override
    public int type() {
      return 5;
    }

    @Override
    public int size() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void writeTo(ByteBuffer target) {
      target.put(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private LogScan scan() throws IOException {
    return LogScan.of(disk, directory, STORE, 1);
  }

  private WriteAheadLog open(StorageFileSystem fs, Durability durability, long segmentBytes)
      throws IOException {
    LogScan scan = LogScan.of(fs, directory, STORE, 1);
    assertThat(scan.damage()).isNull();
    return WriteAheadLog.open(fs, directory, STORE, durability, segmentBytes, scan);
  }

  private static long append(WriteAheadLog log, String... texts) {
    return log.append(Arrays.stream(texts).map(Text::new).iterator());
  }

  private List<String> replayed(long from) throws IOException {
    List<String> texts = new ArrayList<>();
    scan()
        .replay(
            disk,
            from,
            (lsn, type, payload, position) ->
                texts.add(
                    lsn
                        + ":"
                        + new String(
                            payload.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8)));
    return texts;
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void whatIsAppendedIsReplayedInOrder(Durability durability) throws IOException {
    try (WriteAheadLog log = open(disk, durability, 1 << 16)) {
      assertThat(append(log, "a")).isEqualTo(2);
      long next = append(log, "b", "", "c");
      log.awaitDurable(next);
      assertThat(next).isEqualTo(5);
    }
    assertThat(replayed(1)).containsExactly("1:a", "2:b", "3:", "4:c");
    assertThat(replayed(3)).containsExactly("3:", "4:c");
    try (WriteAheadLog log = open(disk, durability, 1 << 16)) {
      append(log, "d");
    }
    assertThat(replayed(4)).containsExactly("4:c", "5:d");
  }

  @Test
  void segmentsFollowEachOtherAndOldOnesGo() throws IOException {
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 16)) {
      for (int i = 0; i < 10; i++) {
        append(log, "x".repeat(40_000));
      }
      assertThat(LogScan.segmentFiles(disk, directory)).hasSize(5);
      assertThat(replayed(1)).hasSize(10);
      long bytes = log.bytes();
      log.deleteBefore(6);
      assertThat(log.bytes()).isLessThan(bytes);
      assertThat(LogScan.segmentFiles(disk, directory)).hasSize(3);
    }
  }

  /** As after a kill between a snapshot and the removal of what it made needless. */
  @Test
  void oldSegmentsBesideANewSnapshotAreNoDamage() throws IOException {
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 16)) {
      for (int i = 0; i < 10; i++) {
        append(log, "x".repeat(40_000));
      }
    }
    List<Path> files = LogScan.segmentFiles(disk, directory);
    for (long snapshot = 1; snapshot <= 14; snapshot++) {
      LogScan scan = LogScan.of(disk, directory, STORE, snapshot);
      assertThat(scan.damage()).isNull();
      assertThat(scan.nextLsn()).isEqualTo(Math.max(11, snapshot));
    }
    // A gap is harmless before the snapshot only.
    Files.delete(files.get(1));
    assertThat(LogScan.of(disk, directory, STORE, 5).damage()).isNull();
    assertThat(LogScan.of(disk, directory, STORE, 4).damage())
        .hasMessageContaining("a segment before it is missing");
  }

  @Test
  void recordsLargerThanTheBufferAreWritten() throws IOException {
    String big = "y".repeat(3_000_000);
    try (WriteAheadLog log = open(disk, Durability.NONE, 1 << 30)) {
      append(log, "small");
      append(log, "s", big, "t", big);
      append(log, "after");
    }
    List<String> all = replayed(1);
    assertThat(all).hasSize(6);
    assertThat(all.get(2)).hasSize(2 + big.length());
    assertThat(all.get(5)).isEqualTo("6:after");
  }

  @Test
  void aTornTailIsCutAtEveryByte() throws IOException {
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 20)) {
      append(log, "first678");
      append(log, "second78", "third678");
    }
    Path file = LogScan.segmentFiles(disk, directory).getFirst();
    byte[] whole = Files.readAllBytes(file);
    int endOfFirst = LogFormat.SEGMENT_HEADER + (int) LogFormat.recordSize(8);
    for (int length = whole.length - 1; length >= 0; length--) {
      Files.write(file, Arrays.copyOf(whole, length));
      LogScan scan = scan();
      assertThat(scan.damage()).isNull();
      assertThat(scan.nextLsn()).isEqualTo(length >= endOfFirst ? 2 : 1);
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 10));
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 20)) {
      append(log, "instead");
    }
    assertThat(replayed(1)).containsExactly("1:first678", "2:instead");
  }

  @Test
  void damageInTheMiddleIsNoTornTail() throws IOException {
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 20)) {
      append(log, "first678");
      append(log, "second78");
      append(log, "third678");
    }
    Path file = LogScan.segmentFiles(disk, directory).getFirst();
    byte[] whole = Files.readAllBytes(file);
    int size = (int) LogFormat.recordSize(8);
    int second = LogFormat.SEGMENT_HEADER + size;
    for (int at = second; at < second + size; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      assertThat(scan().damage())
          .hasMessage(
              file
                  + " is damaged at byte "
                  + second
                  + ": record 2 does not match its checksum, and sound records follow it");
      assertThat(scan().damage().file()).isEqualTo(file);
      assertThat(scan().damage().offset()).isEqualTo(second);
    }
    byte[] tail = whole.clone();
    tail[second + size + 3] ^= 1;
    Files.write(file, tail);
    assertThat(scan().damage()).isNull();
    byte[] head = whole.clone();
    head[9] ^= 1;
    Files.write(file, head);
    assertThat(scan().damage().file()).isEqualTo(file);
    assertThat(scan().damage().offset()).isZero();
    assertThat(scan().damage()).hasMessageContaining("does not match its checksum");
  }

  @Test
  void aMissingSegmentAndAForeignOneAreDamage() throws IOException {
    try (WriteAheadLog log = open(disk, Durability.OS, 1 << 16)) {
      for (int i = 0; i < 6; i++) {
        append(log, "x".repeat(50_000));
      }
    }
    assertThat(LogScan.of(disk, directory, new UUID(9, 9), 1).damage())
        .hasMessageContaining("another store");
    List<Path> files = LogScan.segmentFiles(disk, directory);
    assertThat(files).hasSize(3);
    Files.delete(files.get(1));
    assertThat(scan().damage()).hasMessageContaining("missing");
    Files.delete(files.get(0));
    assertThat(scan().damage()).hasMessageContaining("missing");
    assertThat(LogScan.of(disk, directory, STORE, 5).damage()).isNull();
  }

  @Test
  void aFullDiskLosesNothingAndTheLogGoesOn() throws IOException {
    FaultyFileSystem faulty = new FaultyFileSystem();
    for (Durability durability : Durability.values()) {
      try (WriteAheadLog log = open(faulty, durability, 1 << 20)) {
        long before = log.nextLsn();
        append(log, "before");
        faulty.allowBytes(100);
        assertThatThrownBy(() -> append(log, "a", "b".repeat(2_000_000)))
            .isInstanceOf(StorageOperationError.class)
            .hasMessageContaining("nothing was stored")
            .hasMessageContaining("No space");
        assertThat(log.nextLsn()).isEqualTo(before + 1);
        faulty.allowBytes(Long.MAX_VALUE);
        append(log, "after");
      }
    }
    assertThat(replayed(1))
        .containsExactly("1:before", "2:after", "3:before", "4:after", "5:before", "6:after");
  }

  @Test
  void aFailedSyncBreaksTheLog() throws IOException {
    FaultyFileSystem faulty = new FaultyFileSystem();
    try (WriteAheadLog log = open(faulty, Durability.FSYNC, 1 << 20)) {
      log.awaitDurable(append(log, "durable"));
      faulty.failSyncs(true);
      long lsn = append(log, "in doubt");
      assertThatThrownBy(() -> log.awaitDurable(lsn)).isInstanceOf(StorageOperationError.class);
      assertThatThrownBy(() -> append(log, "more"))
          .isInstanceOf(StorageOperationError.class)
          .hasMessageContaining("open the store anew");
    }
  }

  @Test
  void writersThatWaitTogetherShareASync() throws Exception {
    FaultyFileSystem faulty = new FaultyFileSystem();
    try (WriteAheadLog log = open(faulty, Durability.FSYNC, 1 << 20)) {
      int before = faulty.syncs();
      AtomicInteger failures = new AtomicInteger();
      List<Thread> threads = new ArrayList<>();
      List<Long> lsns = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        lsns.add(append(log, "x"));
      }
      faulty.holdSyncs();
      for (long lsn : lsns) {
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        log.awaitDurable(lsn);
                      } catch (RuntimeException e) {
                        failures.incrementAndGet();
                      }
                    }));
      }
      faulty.releaseSyncs();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).hasValue(0);
      assertThat(faulty.syncs() - before).isEqualTo(1);
    }
  }
}
