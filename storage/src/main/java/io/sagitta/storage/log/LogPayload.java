package io.sagitta.storage.log;

import java.nio.ByteBuffer;

/** What one record of the log carries, written straight into the log's buffer. */
public interface LogPayload {
  /** The record's type, 0 to 255. */
  int type();

  /** Bytes that {@link #writeTo} will put, at most {@link LogFormat#MAX_PAYLOAD}. */
  int size();

  /** Puts exactly {@link #size} bytes (the buffer is little-endian). */
  void writeTo(ByteBuffer target);
}
