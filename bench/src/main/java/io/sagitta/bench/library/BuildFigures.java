package io.sagitta.bench.library;

/**
 * What a build cost.
 *
 * @param trainSeconds time of training, 0 where there is none
 * @param addSeconds time of adding, everything that is needed before the first search included
 * @param heapBytes Java heap the index holds, 0 for a native library
 * @param offHeapBytes memory outside the heap that the library reports or maps
 * @param residentBytes growth of the resident memory of the process while building
 * @param fileBytes size of the index file, 0 where it was not written
 */
public record BuildFigures(
    double trainSeconds,
    double addSeconds,
    long heapBytes,
    long offHeapBytes,
    long residentBytes,
    long fileBytes) {}
