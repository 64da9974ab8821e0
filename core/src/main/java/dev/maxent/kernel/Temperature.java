package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.util.Objects;

/**
 * The temperature α that multiplies entropy, in units of Q. α = 0 means the maximum (lowest index
 * among equals); α → ∞ means uniform. It is one number for all rows, one number that lives on the
 * device (so that a schedule can change it without the host), or one number per row.
 *
 * <p>Numbers on the device cannot be checked without waiting for it: where one is negative, NaN or
 * infinite, every real result of its row is NaN and every index −1. Source: Haarnoja et al. 2017
 * (arXiv 1702.08165), whose reference code fixes α = 1 and scales rewards by 1/α instead.
 */
public final class Temperature {
  private final double constant;
  private final DeviceArray array;
  private final boolean perRow;

  private Temperature(double constant, DeviceArray array, boolean perRow) {
    this.constant = constant;
    this.array = array;
    this.perRow = perRow;
  }

  /**
   * The same temperature for every row, rounded by each backend to its own precision. Below 2⁻¹²⁶ a
   * device may have no float32 for 1/α and take the largest there is: with such an α use 0.
   *
   * @param alpha 0 or more, finite
   * @return the temperature
   * @throws IllegalArgumentException if α is negative, NaN or infinite
   */
  public static Temperature of(double alpha) {
    if (!(alpha >= 0) || alpha > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "temperature = " + alpha + ": expected 0 or more and finite in float32");
    }
    return new Temperature(alpha, null, false);
  }

  /**
   * The same temperature for every row, read on the device at each call.
   *
   * @param scalar a REAL array of length 1
   * @return the temperature
   */
  public static Temperature onDevice(DeviceArray scalar) {
    return new Temperature(Double.NaN, Objects.requireNonNull(scalar, "scalar"), false);
  }

  /**
   * One temperature per row.
   *
   * @param rows a REAL array with one element per row
   * @return the temperature
   */
  public static Temperature perRow(DeviceArray rows) {
    return new Temperature(Double.NaN, Objects.requireNonNull(rows, "rows"), true);
  }

  /**
   * The number, where it is known on the host.
   *
   * @return α, or NaN where {@link #array()} holds it
   */
  public double constant() {
    return constant;
  }

  /**
   * Where the numbers are, if they are on the device.
   *
   * @return the array, or null for a constant
   */
  public DeviceArray array() {
    return array;
  }

  /**
   * Refuses numbers on the device that no kernel takes.
   *
   * @param backend where they should live
   * @param rows how many there should be, if each row has its own
   * @throws IllegalArgumentException if the array is another backend's or of another type or length
   * @throws IllegalStateException if the array is closed
   */
  public void check(Backend backend, int rows) {
    Checks.temperature(backend, this, rows);
  }

  /**
   * Whether each row has its own.
   *
   * @return true for {@link #perRow}
   */
  public boolean isPerRow() {
    return perRow;
  }

  /**
   * For messages.
   *
   * @return the constant, or where the numbers are
   */
  @Override
  public String toString() {
    return array == null ? Double.toString(constant) : (perRow ? "per row in " : "in ") + array;
  }
}
