package io.sagitta.storage;

import java.util.Locale;

/** What an acknowledged write survives. */
public enum Durability {
  /**
   * The log is kept in a buffer of the process and written when that is full, on {@link
   * VectorStorage#save} and on close: a killed process loses the last writes (never half of one).
   */
  NONE,
  /**
   * The log is handed to the operating system before the write is acknowledged: survives the
   * process being killed, not a power loss.
   */
  OS,
  /**
   * The log is on the device before the write is acknowledged: survives a power loss. Writers that
   * wait at the same time share one sync (group commit).
   */
  FSYNC;

  /** The value as it is spelt in configurations: {@code none}, {@code os} or {@code fsync}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #text} writes, in any case of letters.
   *
   * @throws IllegalArgumentException if it is none of the three, naming them
   */
  public static Durability parse(String text) {
    for (Durability value : values()) {
      if (value.text().equalsIgnoreCase(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "durability is \"" + text + "\", expected none, os or fsync");
  }
}
