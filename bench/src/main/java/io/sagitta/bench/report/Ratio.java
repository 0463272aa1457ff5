package io.sagitta.bench.report;

/**
 * Sagitta against FAISS in one cell.
 *
 * @param data data set
 * @param index index
 * @param setting Sagitta's search setting
 * @param mode batch or single
 * @param threads number of threads
 * @param recall Sagitta's recall
 * @param faissRecall FAISS's recall at the same setting
 * @param same Sagitta ÷ FAISS in queries per second at the same setting, median over rounds
 * @param low lower quartile of it
 * @param high upper quartile of it
 * @param equal the same at equal recall: FAISS's speed read off its own curve at Sagitta's recall;
 *     NaN where that curve does not reach it
 */
public record Ratio(
    String data,
    String index,
    String setting,
    String mode,
    int threads,
    double recall,
    double faissRecall,
    double same,
    double low,
    double high,
    double equal) {
  /** What the table is ordered by: the ratio at equal recall, or at equal setting without it. */
  public double key() {
    return Double.isNaN(equal) ? same : equal;
  }
}
