package io.sagitta.flat;

import io.sagitta.core.io.IndexOutput;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes the live codes of a state in the order of their ids, without a count. */
final class CodesOutput {
  private CodesOutput() {}

  static void write(FlatState s, IndexOutput out) throws IOException {
    long size = s.codec().codeSize();
    try {
      LiveRuns.forEach(
          s.rows(),
          0,
          s.size(),
          (chunk, position, count, done) -> {
            try {
              out.writeSegment(chunk.data, position * size, count * size);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
