package io.sagitta.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The long run of {@link FileFuzzer}: {@code FuzzMain FOLDER CASES [SEED]}. */
public final class FuzzMain {
  private FuzzMain() {}

  /** All {@code *.faiss} files below a folder, in the order of their names. */
  public static FileFuzzer fuzzer(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    List<byte[]> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.filter(f -> f.toString().endsWith(".faiss")).sorted().toList()) {
        names.add(folder.relativize(p).toString());
        files.add(Files.readAllBytes(p));
      }
    }
    return new FileFuzzer(names, files);
  }

  /** Runs until done or until a case misbehaves. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("usage: FuzzMain FOLDER CASES [SEED]");
      System.exit(2);
    }
    long cases = Long.parseLong(args[1]);
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    FileFuzzer fuzzer = fuzzer(Path.of(args[0]));
    long step = 10_000;
    for (long from = 0; from < cases; from += step) {
      fuzzer.run(seed, from, Math.min(cases, from + step));
      System.out.println(
          Math.min(cases, from + step)
              + " cases: "
              + fuzzer.refused()
              + " refused, "
              + fuzzer.read()
              + " read");
    }
  }
}
