package io.sagitta.core.io;

/**
 * How an index file is read.
 *
 * @param map view the file's bulk data in place (read-only index) instead of copying it off heap
 * @param skipPrecomputedTables do not rebuild IVFPQ tables
 * @param dataFilesAnywhere whether an index that names a data file may open it outside the index's
 *     own directory; false by default, because the name comes from the file
 */
public record ReadOptions(boolean map, boolean skipPrecomputedTables, boolean dataFilesAnywhere) {
  /** Copies everything. */
  public static final ReadOptions LOAD = new ReadOptions(false, false, false);

  /** Maps the bulk data. */
  public static final ReadOptions MAP = new ReadOptions(true, false, false);
}
