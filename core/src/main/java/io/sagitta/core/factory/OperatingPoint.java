package io.sagitta.core.factory;

/**
 * What one setting achieved.
 *
 * @param performance the criterion's value, usually a recall in [0, 1]
 * @param seconds time of one pass over all queries
 * @param settings the setting as text, such as {@code nprobe=16,quantizer_efSearch=32}
 * @param combination its number in the {@link ParameterSpace}, −1 for a setting made by hand
 */
public record OperatingPoint(
    double performance, double seconds, String settings, long combination) {}
