package io.sagitta.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where progress bars are drawn, and whether there is such a place. The launcher names the terminal
 * in {@code sagitta.terminal} (empty: there is none); started by hand, the JVM's console decides.
 */
record Terminal(@Nullable PrintWriter out) {
  /** No progress bars. */
  static final Terminal NONE = new Terminal(null);

  static Terminal open() {
    String named = System.getProperty("sagitta.terminal");
    if (named == null) {
      var console = System.console();
      return console != null && console.isTerminal()
          ? new Terminal(writer(new FileOutputStream(FileDescriptor.err)))
          : NONE;
    }
    if (named.isEmpty()) {
      return NONE;
    }
    try {
      return new Terminal(writer(new FileOutputStream(named)));
    } catch (IOException e) {
      // A terminal that cannot be opened is none: progress is a courtesy, not a result.
      return NONE;
    }
  }

  private static PrintWriter writer(FileOutputStream stream) {
    return new PrintWriter(stream, false, StandardCharsets.UTF_8);
  }
}
