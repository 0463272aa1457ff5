package io.sagitta.bench.storage;

import io.sagitta.bench.Spread;
import io.sagitta.storage.SearchOptions;
import io.sagitta.storage.VectorStorage;
import io.sagitta.storage.VectorStorageConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Opening a store that was closed, each time in a fresh process: how long {@code open} takes there,
 * and in a second store of the same process (of a copy opened once before, so that what a process
 * pays once is apart). The files are in the operating system's cache.
 */
public final class ReopenMeasure {
  private ReopenMeasure() {}

  /** Runs and prints it. */
  public static void run(Setting setting) throws IOException, InterruptedException {
    setting.forget();
    int n = Math.toIntExact(setting.base().n());
    VectorStorageConfig config = setting.config(true);
    try (VectorStorage storage = VectorStorage.open(config)) {
      setting.fill(storage, 0, n, Setting.metadata(0, n));
    }
    double[] first = new double[setting.rounds()];
    double[] second = new double[setting.rounds()];
    double[] query = new double[setting.rounds()];
    for (int r = 0; r < setting.rounds(); r++) {
      double[] seconds = child(config);
      first[r] = seconds[0];
      query[r] = seconds[1];
      second[r] = seconds[2];
    }
    Spread a = Spread.of(first);
    Spread b = Spread.of(second);
    System.out.printf(
        Locale.ROOT,
        "reopen %d x %d: %.2f s [%.2f..%.2f] first in a process (and %.0f ms to the first answer),"
            + " %.2f s [%.2f..%.2f] once more in it%n",
        n,
        setting.base().d(),
        a.median(),
        a.low(),
        a.high(),
        Spread.of(query).median() * 1e3,
        b.median(),
        b.low(),
        b.high());
    setting.forget();
  }

  private static double[] child(VectorStorageConfig config)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ReopenMeasure.class.getName());
    command.add(config.toJson());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      String line = reader.readLine();
      if (line == null || process.waitFor() != 0) {
        throw new IllegalStateException("the opening process failed");
      }
      String[] words = line.split(" ");
      return new double[] {
        Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2])
      };
    }
  }

  /** The opening process; its argument is the configuration as JSON. */
  public static void main(String[] args) {
    VectorStorageConfig config = VectorStorageConfig.fromJson(args[0]);
    float[] query = new float[config.dimension()];
    query[0] = 1;
    long start = System.nanoTime();
    VectorStorage storage = VectorStorage.open(config);
    long opened = System.nanoTime();
    storage.searchSimilar(query, 10, SearchOptions.DEFAULT.withThreshold(-1));
    long answered = System.nanoTime();
    requireWhole(storage);
    storage.close();
    long again = System.nanoTime();
    storage = VectorStorage.open(config);
    double second = (System.nanoTime() - again) * 1e-9;
    requireWhole(storage);
    storage.close();
    System.out.println((opened - start) * 1e-9 + " " + (answered - opened) * 1e-9 + " " + second);
  }

  private static void requireWhole(VectorStorage storage) {
    if (storage.recovery().replayedRecords() != 0) {
      throw new IllegalStateException(
          storage.recovery().replayedRecords() + " log records were applied: nothing was saved");
    }
  }
}
