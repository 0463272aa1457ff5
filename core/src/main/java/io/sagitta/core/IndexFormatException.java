package io.sagitta.core;

import java.io.IOException;

/** A file that is not what it should be: damaged, hostile, or of a kind that is not supported. */
public class IndexFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Byte offset at which the fault was seen, or −1. */
  private final long offset;

  /** The four-character code being read, or an empty text. */
  private final String fourcc;

  /**
   * @param fourcc the object being read, printable
   * @param offset byte offset of the fault, −1 if unknown
   * @param message what is wrong, with the value and its bound
   */
  public IndexFormatException(String fourcc, long offset, String message) {
    super(
        (fourcc.isEmpty() ? "" : "[" + fourcc + "] ")
            + message
            + (offset < 0 ? "" : " (at byte " + offset + ")"));
    this.offset = offset;
    this.fourcc = fourcc;
  }

  /** Byte offset at which the fault was seen, or −1. */
  public long offset() {
    return offset;
  }

  /** The four-character code being read, or an empty text. */
  public String fourcc() {
    return fourcc;
  }
}
