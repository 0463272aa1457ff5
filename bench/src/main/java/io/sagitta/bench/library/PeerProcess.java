package io.sagitta.bench.library;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own in which a {@link PeerServer} answers, one JSON object a line. It has this JVM's
 * class path and largest heap and no further flags. What it prints besides is thrown away, or shown
 * with {@code -Dsagitta.peers.verbose=true}.
 *
 * <p>Not safe for several threads. Closing ends the JVM; so does the end of this one, by whatever
 * cause, for its input ends with it.
 */
final class PeerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS_TO_END = 10;

  private final String name;
  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;

  /**
   * Starts it.
   *
   * @param name of the library to host
   */
  PeerProcess(String name) throws IOException {
    this.name = name;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + Runtime.getRuntime().maxMemory());
    command.add("--add-modules=jdk.incubator.vector");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:PerMethodTrapLimit=100000");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PeerServer.class.getName());
    command.add(name);
    process =
        new ProcessBuilder(command)
            .redirectError(
                Boolean.getBoolean("sagitta.peers.verbose")
                    ? ProcessBuilder.Redirect.INHERIT
                    : ProcessBuilder.Redirect.DISCARD)
            .start();
    in =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    out =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
  }

  /** An empty request. */
  static ObjectNode request(String op) {
    return JSON.createObjectNode().put("op", op);
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws UncheckedIOException if the library failed, with its words, or the JVM has died
   */
  JsonNode call(ObjectNode request) {
    try {
      out.write(request.toString());
      out.newLine();
      out.flush();
      String line = in.readLine();
      if (line == null) {
        process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
        throw new IOException(
            "the JVM of "
                + name
                + " ended at "
                + request.path("op").asText()
                + (process.isAlive() ? "" : " with exit code " + process.exitValue())
                + "; see what it says with -Dsagitta.peers.verbose=true");
      }
      JsonNode answer = JSON.readTree(line);
      if (answer.has("error")) {
        throw new IOException(name + ": " + answer.path("error").asText());
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Process id of the JVM. */
  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
