package io.sagitta.conformance.live;

import io.sagitta.conformance.FaissProcess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Live conformance as a program: draws cases of some families and prints every kind of failure with
 * a seed, instead of stopping at the first. Arguments: tries, then names of families (all if none).
 */
final class LiveRun {
  private static final List<LiveFamily> ALL =
      List.of(
          LiveFamily.HNSW,
          LiveFamily.IVF_FLAT,
          LiveFamily.IVF_MULTI,
          LiveFamily.IVF_SQ,
          LiveFamily.IVF_PQ,
          LiveFamily.SQ,
          LiveFamily.POLYSEMOUS,
          LiveFamily.PQ,
          LiveFamily.PQ_CODES,
          LiveFamily.TURBO,
          LiveFamily.TURBO_SIGNS,
          LiveFamily.WRAPPED,
          LiveFamily.RABITQ,
          LiveFamily.HNSW_FAST,
          LiveFamily.RABITQ_FASTSCAN,
          LiveFamily.FASTSCAN,
          LiveFamily.PANORAMA);

  private LiveRun() {}

  /** The beginning and, after long parameters, the part that says what differs. */
  private static String shortened(String text) {
    int from = text.indexOf("Expecting empty");
    String what = from < 200 ? text : text.substring(0, 100) + " … " + text.substring(from - 80);
    return what.substring(0, Math.min(450, what.length()));
  }

  public static void main(String[] args) {
    if (LiveFaiss.find().isEmpty()) {
      System.out.println("SKIP live FAISS: " + FaissProcess.whyAbsent());
      return;
    }
    int tries = Integer.parseInt(args[0]);
    List<String> names = List.of(args).subList(1, args.length);
    long first = Long.getLong("sagitta.seed", 1);
    for (LiveFamily family : ALL) {
      if (!names.isEmpty() && !names.contains(family.name())) {
        continue;
      }
      Map<String, String> failures = new LinkedHashMap<>();
      int failed = 0;
      SplittableRandom seeds = new SplittableRandom(first);
      for (int i = 0; i < tries; i++) {
        long seed = seeds.nextLong();
        try {
          IndexLive.run(family, seed);
        } catch (Exception | AssertionError e) {
          failed++;
          String text = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
          String kind = e.getClass().getSimpleName() + ": " + shortened(text);
          failures.putIfAbsent(
              kind.replaceAll("\\d+", "#").substring(0, Math.min(90, kind.length() * 2 / 3)),
              "seed " + seed + "L " + kind);
          if (System.getProperty("trace") != null) {
            e.printStackTrace(System.out);
          }
        }
      }
      System.out.println(family.name() + ": " + (tries - failed) + " pass, " + failed + " fail");
      failures.values().forEach(f -> System.out.println("   " + f));
    }
    System.exit(0);
  }
}
