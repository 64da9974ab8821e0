package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * Networks of one shape and their parameters. It only refers to the array: build it once and reuse
 * it.
 *
 * @param shape what they compute
 * @param parameters REAL, {@link NetworkShape#allParameters()} long, laid out as the shape says
 */
public record Network(NetworkShape shape, DeviceArray parameters) {}
