package dev.maxent.kernel;

import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Optional;

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
  /** So that an index into a state, padded, is still an int. */
  private static final long MOST_COORDINATES = 1L << 30;

  /**
   * A coordinate that is NaN or ±∞.
   *
   * @param state which set
   * @param particle which of its particles
   * @param coordinate which of its coordinates
   * @param value what it is
   */
  public record NonFinite(int state, int particle, int coordinate, double value) {
    /**
     * For messages.
     *
     * @return for example {@code NaN at state 3, particle 5, coordinate 0}
     */
    @Override
    public String toString() {
      return value + " at state " + state + ", particle " + particle + ", coordinate " + coordinate;
    }
  }

  /**
   * Coordinates in all.
   *
   * @return states · count · dimensions
   * @throws ArithmeticException if that is no long
   */
  public long size() {
    return Math.multiplyExact((long) states * count, (long) dimensions);
  }

  /**
   * Refuses what no kernel takes.
   *
   * @param backend where the particles should live
   * @param name what a message calls them
   * @throws IllegalArgumentException if sizes are out of range, or the array is another backend's
   *     or of another type or length
   * @throws IllegalStateException if the array is closed
   */
  public void check(Backend backend, String name) {
    if (states < 0 || count < 1 || dimensions < 1) {
      // Names are put together only here: a call in order allocates nothing.
      Checks.size(name + ".states", states, 0);
      Checks.size(name + ".count", count, 1);
      Checks.size(name + ".dimensions", dimensions, 1);
    }
    long perState = (long) count * dimensions;
    if (perState > MOST_COORDINATES) {
      throw new IllegalArgumentException(
          name
              + ".count x "
              + name
              + ".dimensions = "
              + perState
              + ": expected at most "
              + MOST_COORDINATES);
    }
    Checks.array(backend, name, array, REAL, Checks.product(states, perState));
  }

  /**
   * Looks for NaN and ±∞ among numbers that belong to these particles. Kernels do not look, as
   * every call would then wait for the device: they let such numbers spread within their state, see
   * {@link SteinKernels}. This waits, and downloads the numbers once.
   *
   * @param values REAL, as long as the particles: their own array, their scores or a direction
   * @return the first one, or nothing if all numbers are finite
   */
  public Optional<NonFinite> findNonFinite(DeviceArray values) {
    Checks.array(
        values == null ? array.backend() : values.backend(), "values", values, REAL, size());
    double[] host = values.toDoubles();
    for (int i = 0; i < host.length; i++) {
      if (!Double.isFinite(host[i])) {
        int particle = i / dimensions;
        return Optional.of(
            new NonFinite(particle / count, particle % count, i % dimensions, host[i]));
      }
    }
    return Optional.empty();
  }
}
