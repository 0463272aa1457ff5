import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over Java sources in one JVM: {@code --check} lists files that differ and
 * exits 1, {@code --replace} rewrites them. Arguments after it are files, or directories searched
 * for {@code *.java} outside {@code target} and hidden folders.
 */
final class Format {
  private Format() {}

  public static void main(String[] args) throws Exception {
    List<String> options = new ArrayList<>();
    boolean check = args[0].equals("--check");
    if (check) {
      options.addAll(List.of("--dry-run", "--set-exit-if-changed"));
    } else if (args[0].equals("--replace")) {
      options.add("--replace");
    } else {
      throw new IllegalArgumentException("first argument: --check or --replace, not " + args[0]);
    }
    int before = options.size();
    for (int i = 1; i < args.length; i++) {
      collect(Path.of(args[i]), options);
    }
    if (options.size() == before) {
      return;
    }
    PrintWriter out = new PrintWriter(System.out, true);
    int code =
        new Main(out, new PrintWriter(System.err, true), System.in)
            .format(options.toArray(String[]::new));
    out.flush();
    if (code != 0 && check) {
      System.err.println("The files above are not formatted; run dev/format.sh");
    }
    System.exit(code);
  }

  private static void collect(Path root, List<String> files) throws IOException {
    if (Files.isRegularFile(root)) {
      files.add(root.toString());
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(f -> f.toString().endsWith(".java") && !skipped(root.relativize(f)))
          .sorted()
          .forEach(f -> files.add(f.toString()));
    }
  }

  private static boolean skipped(Path relative) {
    for (Path part : relative) {
      String name = part.toString();
      if (name.equals("target") || name.startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
