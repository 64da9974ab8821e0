package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * A set of particles for each of several states. It only refers to the array: build it once and
 * reuse it.
 *
 * @param array REAL, states × count × dimensions, row-major
 * @param states number of independent sets, 0 or more
 * @param count particles per set, 1 or more
 * @param dimensions coordinates per particle, 1 or more
 */
public record Particles(DeviceArray array, int states, int count, int dimensions) {

  /**
   * Coordinates in all.
   *
   * @return states · count · dimensions
   * @throws ArithmeticException if that is no long
   */
  public long size() {
    return Math.multiplyExact((long) states * count, (long) dimensions);
  }
}
