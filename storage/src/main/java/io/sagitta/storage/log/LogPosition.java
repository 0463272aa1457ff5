package io.sagitta.storage.log;

import java.nio.file.Path;

/**
 * A place in the log.
 *
 * @param file the segment
 * @param offset bytes from its start
 */
public record LogPosition(Path file, long offset) {}
