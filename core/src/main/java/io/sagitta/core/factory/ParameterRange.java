package io.sagitta.core.factory;

import java.util.List;

/**
 * A setting and the values to try.
 *
 * @param name FAISS's name
 * @param values in ascending cost
 */
public record ParameterRange(String name, List<Double> values) {
  /** Copies the list. */
  public ParameterRange {
    values = List.copyOf(values);
  }
}
