import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Builds and runs a project outside the reactor against the jars, three ways: class path without
 * any flag, named modules, jlink image. Then compiles and runs what the README shows, and runs the
 * command by its launcher. Started by {@code mvn verify}: {@code java consumer/Check.java TOP}.
 */
final class Check {
  private static final List<String> FACTORIES =
      List.of("Flat", "SQ8", "IDMap,Flat", "HNSW16", "IVF4,Flat", "IVF4,PQ12");
  private static final String HINT = "--add-modules jdk.incubator.vector";

  private final Path top;
  private final Path work;
  private final Path jdk = Path.of(System.getProperty("java.home"));

  private Check(Path top, Path work) {
    this.top = top;
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    Path top = Path.of(args[0]).toAbsolutePath();
    Path work = Files.createTempDirectory("sagitta-consumer");
    try {
      new Check(top, work).run();
    } finally {
      deleteAll(work);
    }
  }

  private void run() throws Exception {
    String jars = jars();
    providers(jars);
    Path classes = work.resolve("classes");
    tool("javac", "-Werror", "-Xlint:all", "-cp", jars, "-d", classes, app());
    String out =
        tool("java", "-cp", classes + File.pathSeparator + jars, "example.Consumer", FACTORIES);
    require(out.contains("consumer ok"), "class path without flags", out);
    require(
        out.split(Pattern.quote(HINT), -1).length == 2, "one hint how to get fast kernels", out);
    System.out.println("consumer: class path without flags");

    Path modules = work.resolve("modules");
    tool("javac", "-p", jars, "-d", modules, top.resolve("consumer/src/module-info.java"), app());
    String path = modules + File.pathSeparator + jars;
    out = tool("java", "-p", path, "-m", "example/example.Consumer", FACTORIES);
    require(out.contains("consumer ok"), "named modules", out);
    require(!out.contains(HINT), "fast kernels on the module path", out);
    System.out.println("consumer: named modules, fast kernels without a flag");

    Path image = work.resolve("image");
    tool(
        "jlink",
        "-p",
        path,
        "--add-modules",
        "example",
        "--output",
        image,
        "--launcher",
        "consumer=example/example.Consumer",
        "--strip-debug");
    out = start(image.resolve("bin/consumer"), FACTORIES);
    require(out.contains("consumer ok"), "jlink image", out);
    require(!out.contains(HINT), "fast kernels in the image", out);
    System.out.println("consumer: jlink image");

    readme(jars);
    launcher();
  }

  /** The command by its launcher: exit codes, one line on stderr, nothing of the JVM's own. */
  private void launcher() throws Exception {
    String command = top.resolve("sagitta").toString();
    Path files = Files.createDirectory(work.resolve("command"));
    require(run(files, 0, command, "--version").contains("sagitta 0.1.0"), "version", "");
    String data = top.resolve("consumer/src").toString();
    String error = run(files, 1, command, "info", data);
    require(error.lines().count() == 1 && error.startsWith("sagitta: "), "one line", error);
    error = run(files, 2, command, "build", "--factory", "Flat");
    require(error.lines().count() == 1 && error.contains("--base"), "one line", error);
    String demo = run(files, 0, command, "demo", "--data", files.toString());
    require(demo.contains("seeded clusters") && !demo.contains("incubator"), "demo", demo);
    require(Files.list(files).count() == 0, "the demo leaves nothing behind", demo);
    System.out.println("consumer: the command by its launcher");
  }

  /** Runs a command that must end with a code; stdout and stderr together. */
  private static String run(Path folder, int code, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes());
    int ended = process.waitFor();
    require(ended == code, String.join(" ", command) + " ended with " + ended, out);
    return out;
  }

  /** Every provider stands in module-info and in META-INF/services alike. */
  private static void providers(String jars) throws IOException {
    for (String jar : jars.split(File.pathSeparator)) {
      if (!jar.contains("sagitta-")) {
        continue;
      }
      Map<String, Set<String>> declared = new TreeMap<>();
      ModuleFinder.of(Path.of(jar)).findAll().iterator().next().descriptor().provides().stream()
          .forEach(p -> declared.put(p.service(), new TreeSet<>(p.providers())));
      Map<String, Set<String>> listed = new TreeMap<>();
      try (JarFile file = new JarFile(jar)) {
        for (JarEntry e : Collections.list(file.entries())) {
          if (e.getName().matches("META-INF/services/.+")) {
            String text = new String(file.getInputStream(e).readAllBytes());
            listed.put(
                e.getName().substring("META-INF/services/".length()),
                new TreeSet<>(text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()));
          }
        }
      }
      require(
          declared.equals(listed),
          jar + ": providers of module-info and META-INF/services agree",
          declared + "\n" + listed);
    }
    System.out.println("consumer: providers are declared twice and alike");
  }

  private void readme(String jars) throws Exception {
    Matcher block =
        Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(top.resolve("README.md")));
    require(block.find(), "README.md has a Java example", "");
    Path example = work.resolve("Example.java");
    Files.writeString(example, block.group(1));
    Path classes = work.resolve("readme");
    tool("javac", "-cp", jars, "-d", classes, example);
    String out =
        tool(
            "java",
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            classes + File.pathSeparator + jars,
            "Example");
    require(out.contains("nearest"), "the README's example finds something", out);
    System.out.println("consumer: the README's example");
  }

  /** The library's jars and their one dependency, as a path. */
  private String jars() throws IOException {
    List<String> out = new ArrayList<>();
    for (String module : List.of("core", "index-flat", "index-hnsw", "index-ivf")) {
      try (Stream<Path> files = Files.list(top.resolve(module).resolve("target"))) {
        files
            .map(Path::toString)
            .filter(f -> f.matches(".*sagitta-[a-z-]+-[0-9.]+(-SNAPSHOT)?\\.jar"))
            .forEach(out::add);
      }
    }
    require(out.size() == 4, "four jars, run mvn package first", out.toString());
    try (Stream<Path> files = Files.list(top.resolve("conformance/target/lib"))) {
      files.map(Path::toString).filter(f -> f.contains("hppc")).forEach(out::add);
    }
    return String.join(File.pathSeparator, out);
  }

  private String app() {
    return top.resolve("consumer/src/example/Consumer.java").toString();
  }

  private String tool(String name, Object... arguments) throws Exception {
    return start(jdk.resolve("bin").resolve(name), arguments);
  }

  /** Runs a program in the work folder; its output, or an error that shows it. */
  private String start(Path program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    for (Object a : arguments) {
      if (a instanceof List<?> several) {
        several.forEach(s -> command.add(s.toString()));
      } else {
        command.add(a.toString());
      }
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes());
    require(process.waitFor() == 0, String.join(" ", command), out);
    return out;
  }

  private static void require(boolean holds, String what, String output) {
    if (!holds) {
      System.err.println("consumer: FAILED: " + what + "\n" + output);
      throw new AssertionError(what);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
