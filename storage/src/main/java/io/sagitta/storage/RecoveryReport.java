package io.sagitta.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What opening a store found on disk.
 *
 * @param snapshotEmbeddings embeddings in the snapshot, 0 if there was none
 * @param replayedRecords records of the log that were applied over it
 * @param tornFile the log segment whose torn tail was cut, or null if none was
 * @param tornBytes bytes that were cut: the rest of writes that were never acknowledged
 * @param millis how long opening took
 */
public record RecoveryReport(
    long snapshotEmbeddings,
    long replayedRecords,
    @Nullable Path tornFile,
    long tornBytes,
    long millis) {}
