package io.sagitta.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Entry point of the {@code sagitta} command. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the JVM with its exit code: 0 done, 1 failed, 2 wrong use.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = new Sagitta(out, err, Terminal.open()).execute(args);
    out.flush();
    System.exit(code);
  }
}
