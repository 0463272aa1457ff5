package io.sagitta.core.factory;

import java.util.List;

/**
 * An index with settings that can be changed by name (FAISS {@code ParameterSpace}); wrappers
 * forward what is not theirs to the index inside.
 */
public interface TunableIndex {
  /** The settings worth exploring, with the values to try, fastest first. */
  List<ParameterRange> parameterRanges();

  /**
   * Sets one setting of this index or of one inside it.
   *
   * @param name FAISS's name, such as {@code nprobe} or {@code quantizer_efSearch}
   * @param value its value
   * @throws IllegalArgumentException if there is no such setting, or the value is out of range
   */
  void setParameter(String name, double value);
}
