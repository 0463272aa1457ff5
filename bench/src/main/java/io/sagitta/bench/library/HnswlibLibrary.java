package io.sagitta.bench.library;

import io.sagitta.bench.BenchData;
import io.sagitta.core.MetricType;
import io.sagitta.core.Vectors;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * hnswlib, compiled here from Debian's header-only package with {@code -O3 -march=native} and run
 * as a process of its own that times itself.
 */
public final class HnswlibLibrary implements Library {
  private static final Path HEADER = Path.of("/usr/include/hnswlib/hnswlib.h");

  private final Process process;
  private final DataInputStream in;
  private final OutputStream out;
  private final String version;

  private HnswlibLibrary(Process process, String version) {
    this.process = process;
    this.version = version;
    this.in =
        new DataInputStream(new java.io.BufferedInputStream(process.getInputStream(), 1 << 16));
    this.out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
  }

  /** Why {@link #find} is empty, in one line; empty when it is not. */
  public static String whyAbsent() {
    if (!Files.exists(HEADER)) {
      return "hnswlib's header is missing (Debian: libhnswlib-dev)";
    }
    return onPath("g++") ? "" : "g++ is missing";
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    for (String dir : path == null ? new String[0] : path.split(":")) {
      if (Files.isExecutable(Path.of(dir, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Compiles the server and starts it; empty where header or compiler are missing.
   *
   * @throws IOException if the compiler fails
   */
  public static Optional<HnswlibLibrary> find() throws IOException {
    if (!whyAbsent().isEmpty()) {
      return Optional.empty();
    }
    Path folder = Files.createTempDirectory("sagitta-hnswlib");
    Path source = folder.resolve("hnswlib_server.cpp");
    try (var text = HnswlibLibrary.class.getResourceAsStream("/native/hnswlib_server.cpp")) {
      if (text == null) {
        throw new IOException("hnswlib_server.cpp is not on the class path");
      }
      Files.write(source, text.readAllBytes());
    }
    Path binary = folder.resolve("hnswlib_server");
    Process compiler =
        new ProcessBuilder(
                "g++",
                "-O3",
                "-march=native",
                "-std=c++17",
                "-pthread",
                "-w",
                "-o",
                binary.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String messages = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (compiler.waitFor() != 0) {
        throw new IOException("g++ failed on hnswlib_server.cpp: " + messages);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    Process process =
        new ProcessBuilder(binary.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return Optional.of(new HnswlibLibrary(process, packageVersion() + ", g++ -O3 -march=native"));
  }

  private static String packageVersion() {
    try {
      Process p = new ProcessBuilder("dpkg-query", "-W", "-f=${Version}", "libhnswlib-dev").start();
      String v = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return v.isEmpty() ? "unknown version" : v;
    } catch (IOException e) {
      return "unknown version";
    }
  }

  @Override
  public String name() {
    return "hnswlib";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public boolean supports(IndexSpec spec, BenchData data) {
    return spec.hnswM().isPresent();
  }

  private String ask(String line, Vectors data) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    byte[] chunk = new byte[1 << 20];
    long size = data.n() * data.rowBytes();
    for (long at = 0; at < size; at += chunk.length) {
      int n = (int) Math.min(chunk.length, size - at);
      MemorySegment.copy(data.data(), at, MemorySegment.ofArray(chunk), 0, n);
      out.write(chunk, 0, n);
    }
    out.flush();
    return answer();
  }

  private String answer() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int c;
    while ((c = in.read()) != '\n') {
      if (c < 0) {
        throw new IOException("the hnswlib process died");
      }
      text.write(c);
    }
    String line = text.toString(StandardCharsets.US_ASCII);
    if (!line.startsWith("ok")) {
      throw new IOException("hnswlib: " + line);
    }
    return line.substring(2).strip();
  }

  @Override
  public Candidate build(IndexSpec spec, BenchData data, int threads) throws IOException {
    long resident = Memory.resident(process.pid());
    String seconds =
        ask(
            String.format(
                Locale.ROOT,
                "build %d %d %d %d %d %s",
                data.base().n(),
                data.d(),
                spec.hnswM().orElseThrow(),
                spec.efConstruction(),
                threads,
                data.metric() == MetricType.L2 ? "l2" : "ip"),
            data.base());
    long after = Memory.resident(process.pid());
    Path file = Files.createTempFile("sagitta-hnswlib", ".bin");
    out.write(("save " + file + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
    long bytes = Long.parseLong(answer());
    Files.delete(file);
    return new HnswlibCandidate(
        new BuildFigures(
            0, Double.parseDouble(seconds), 0, bytes, Math.max(0, after - resident), bytes));
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      process.destroy();
    }
    process.destroy();
  }

  /** The one index that the process holds at a time. */
  private final class HnswlibCandidate implements Candidate {
    private final BuildFigures figures;

    HnswlibCandidate(BuildFigures figures) {
      this.figures = figures;
    }

    @Override
    public BuildFigures figures() {
      return figures;
    }

    @Override
    public Searcher searcher(Vectors queries, int k, String setting, int threads, boolean single) {
      int ef = Math.max(k, IndexSpec.settings(setting).getOrDefault("efSearch", 16.0).intValue());
      return new HnswlibSearcher(queries, k, ef, threads, single);
    }

    @Override
    public void close() {}
  }

  private final class HnswlibSearcher implements Searcher {
    private final Vectors queries;
    private final int k;
    private final int ef;
    private final int threads;
    private final boolean single;
    private long[] ids = new long[0];
    private long[] nanos = new long[0];

    HnswlibSearcher(Vectors queries, int k, int ef, int threads, boolean single) {
      this.queries = queries;
      this.k = k;
      this.ef = ef;
      this.threads = threads;
      this.single = single;
    }

    @Override
    public double seconds(int passes) {
      try {
        ask("queries " + queries.n(), queries);
        String line =
            String.format(
                Locale.ROOT,
                "search %d %d %d %s %d%n",
                k,
                ef,
                threads,
                single ? "single" : "batch",
                passes);
        out.write(line.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        double seconds = Double.parseDouble(answer());
        ids = longs((int) queries.n() * k);
        nanos = longs(single ? (int) queries.n() * passes : 0);
        return seconds;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private long[] longs(int n) throws IOException {
      byte[] raw = new byte[n * 8];
      in.readFully(raw);
      long[] out = new long[n];
      ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(out);
      return out;
    }

    @Override
    public long[] ids() {
      return ids;
    }

    @Override
    public long[] nanos() {
      return nanos;
    }

    @Override
    public long pid() {
      return process.pid();
    }
  }
}
