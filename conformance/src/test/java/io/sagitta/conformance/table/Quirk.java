package io.sagitta.conformance.table;

import java.util.List;

/**
 * One of FAISS's quirks (the numbers are those of the list this project was built from) and what
 * Sagitta does about it.
 *
 * @param number 1 and up
 * @param text what FAISS does
 * @param stand kept, mended on purpose, or out of scope
 * @param ours what Sagitta does, where that is not the same
 * @param test class and method that shows it; empty only when out of scope
 */
record Quirk(int number, String text, Stand stand, String ours, String test) {
  enum Stand {
    KEPT,
    MENDED,
    OUT_OF_SCOPE
  }

  private static final String HERE = "quirks.QuirksTest#";
  private static final String GOLDEN = "golden.GoldenTest#files";
  private static final String LIVE = "live.FamilyLiveProperties#";

  static final List<Quirk> ALL =
      List.of(
          new Quirk(
              1,
              "Short answers are padded with ±FLT_MAX; fast-scan pads small k with an arbitrary"
                  + " finite value",
              Stand.MENDED,
              "always the metric's ±FLT_MAX",
              HERE + "paddingIsTheWorstFiniteValue"),
          new Quirk(
              2,
              "Equal inner products come back with descending ids",
              Stand.KEPT,
              "",
              HERE + "equalProductsComeBackWithDescendingIds"),
          new Quirk(
              3,
              "Range search is strict on both sides",
              Stand.KEPT,
              "",
              HERE + "rangeSearchIsStrict"),
          new Quirk(
              4,
              "Default parameter objects carry nprobe 1 and k_factor 1 whatever the index says",
              Stand.MENDED,
              "a field that is not set means the index's own setting",
              HERE + "unsetParametersMeanTheIndexsOwn"),
          new Quirk(
              5,
              "IVFPQ's polysemous search parameters do nothing",
              Stand.MENDED,
              "the threshold is honoured, scan_table_threshold refused",
              HERE + "polysemousParametersAreHonoured"),
          new Quirk(
              6,
              "HNSW's unbounded queue ignores selectors",
              Stand.MENDED,
              "selectors are honoured",
              HERE + "theUnboundedQueueHonoursSelectors"),
          new Quirk(
              7, "HNSW's level generator restarts after a load", Stand.KEPT, "", LIVE + "hnsw"),
          new Quirk(
              8,
              "HNSW graphs of 1.15.1 differ from those of 1.15.0",
              Stand.KEPT,
              "1.15.1's graphs, byte for byte",
              LIVE + "hnsw"),
          new Quirk(
              9, "A linear transform counts as orthonormal after a load", Stand.KEPT, "", GOLDEN),
          new Quirk(
              10, "Old IndexPQ files are read as L2 whatever they say", Stand.KEPT, "", GOLDEN),
          new Quirk(
              11,
              "IVF's ntotal counts vectors that were assigned to no list",
              Stand.KEPT,
              "",
              HERE + "vectorsWithoutAListAreCounted"),
          new Quirk(
              12,
              "IVF removal reorders lists, flat removal renumbers",
              Stand.KEPT,
              "",
              LIVE + "ivfFlat"),
          new Quirk(
              13, "IDMap.add throws", Stand.KEPT, "", HERE + "anIdMapRefusesVectorsWithoutIds"),
          new Quirk(
              14,
              "Fast-scan with blocks above 32 reconstructs and removes wrongly, and adding after a"
                  + " removal corrupts codes",
              Stand.MENDED,
              "all block sizes work, freed slots are cleared",
              HERE + "fastScanSurvivesRemovalAndAdding"),
          new Quirk(
              15,
              "Scalar quantizer training without minmax drops the first vector",
              Stand.KEPT,
              "tables equal FAISS's",
              GOLDEN),
          new Quirk(
              16,
              "tqmse tables are scaled by 1/√d from 1.15.1 on",
              Stand.KEPT,
              "the file's own tables are used",
              GOLDEN),
          new Quirk(
              17,
              "Binary IVF's counting mode returns nothing with max_codes 0",
              Stand.OUT_OF_SCOPE,
              "no binary indexes",
              ""),
          new Quirk(
              18,
              "Batched and single flat queries may differ in the last bits",
              Stand.MENDED,
              "one result for any batch, thread count and SIMD width",
              HERE + "batchesAndSingleQueriesAreEqualBitForBit"),
          new Quirk(19, "Jaccard is a similarity", Stand.KEPT, "", HERE + "jaccardIsASimilarity"),
          new Quirk(
              20,
              "A plain SearchParameters object passed to IVF throws",
              Stand.MENDED,
              "there is one parameter type for all indexes",
              HERE + "oneParameterTypeServesEveryIndex"),
          new Quirk(
              21,
              "HNSW over PQ from the factory is L2 whatever the metric",
              Stand.KEPT,
              "",
              HERE + "aGraphOverProductCodesIsAlwaysL2"),
          new Quirk(
              22,
              "Vectors added under id −1 vanish from answers",
              Stand.MENDED,
              "adding under −1 is refused; those in a file vanish as in FAISS",
              HERE + "idMinusOneIsRefused"),
          new Quirk(
              23,
              "An IVF of 0-bit codes claims to be trained from construction",
              Stand.OUT_OF_SCOPE,
              "files of that kind are read as they say",
              ""),
          new Quirk(
              24,
              "EDEN's L2 estimates may be negative; RaBitQ's are clamped at 0",
              Stand.KEPT,
              "RaBitQ clamps; no EDEN",
              HERE + "rabitqEstimatesAreNeverNegative"),
          new Quirk(
              25,
              "search_and_reconstruct ignores the coarse quantizer's parameters",
              Stand.MENDED,
              "they are honoured",
              HERE + "searchAndReconstructTakesTheSameParameters"),
          new Quirk(
              26,
              "A flat search by an id array lists a repeated id twice, stops at the first id that"
                  + " does not exist, and keeps those of equal distance that stand first in the"
                  + " array",
              Stand.MENDED,
              "an array is a set; ties as everywhere",
              HERE + "anIdArrayIsASet"),
          new Quirk(
              27,
              "Fast-scan leaves some queries of a batch without a result that alone have one",
              Stand.MENDED,
              "a batch answers as its queries one by one",
              HERE + "fastScanBatchesAnswerEveryQuery"),
          new Quirk(
              28,
              "Fast-scan never finds a vector whose rounded inner product is the least possible,"
                  + " even where fewer than k vectors are there",
              Stand.MENDED,
              "every vector can be found",
              "live.FastScanGapsTest#equalWorstResultsAreAdded"),
          new Quirk(
              29,
              "Half precision rounds ties away from zero, bfloat16 too; IEEE 754 takes the even"
                  + " one",
              Stand.KEPT,
              "",
              HERE + "halvesRoundTiesAway"),
          new Quirk(
              30,
              "Which multi-bit RaBitQ codes get their finer distance depends on the results so far,"
                  + " so a nearer code may be passed over; from k = 100 on FAISS's bound is that of"
                  + " its reservoir, and looser",
              Stand.KEPT,
              "for every k by the bound of the k best so far",
              LIVE + "rabitq"),
          new Quirk(
              31,
              "A graph over multi-bit RaBitQ codes passes over vectors by their first estimate, and"
                  + " may so miss nearer ones by far",
              Stand.MENDED,
              "every vector visited is measured; fewer than one place in a hundred is worse",
              LIVE + "graphsOverFastCodes"),
          new Quirk(
              32,
              "A flat search by a range of ids wholly outside the index subtracts its clipped ends"
                  + " as unsigned numbers: std::bad_alloc or a crash",
              Stand.MENDED,
              "such a range passes nothing",
              HERE + "aRangeOutsideTheIndexPassesNothing"),
          new Quirk(
              33,
              "Generalized Hamming distances count bytes in whole words of 8 only: codes of 3 bytes"
                  + " are all at distance 0",
              Stand.MENDED,
              "every byte counts",
              HERE + "generalizedHammingCountsEveryByte"),
          new Quirk(
              34,
              "The multi-index quantizer names a combination of equal sums twice, and so leaves out"
                  + " another, wherever such ties come from its queue in turns",
              Stand.MENDED,
              "each combination comes once",
              HERE + "theMultiIndexNamesACombinationOnce"));
}
