package dev.maxent.workload;

/**
 * How far an output element may be from the float64 reference: {@code error / unit(expected) ≤
 * ulps}. The unit is the float32 spacing at the expected value, or at a stated floor where results
 * near zero come from cancellation, or a multiple of it where the condition of the formula grows.
 *
 * @param ulps the bound c, in units
 * @param unit the size of one unit at an expected value
 */
public record Tolerance(double ulps, Unit unit) {

  /** The size of one unit. */
  @FunctionalInterface
  public interface Unit {
    /**
     * The size of one unit at an element.
     *
     * @param inputs the case's inputs
     * @param expected the reference's value
     * @param index the element
     * @return a positive number
     */
    double at(Inputs inputs, double expected, int index);
  }

  /** Equal bits, for integers and bytes. */
  public static final Tolerance EXACT = new Tolerance(0, (_, _, _) -> 1);

  /**
   * Float32 spacing, counted no finer than at a floor.
   *
   * @param ulps the bound
   * @param floor magnitude below which the spacing is that of the floor
   * @return the tolerance
   */
  public static Tolerance ulps(double ulps, double floor) {
    return new Tolerance(ulps, (_, expected, _) -> spacing(Math.max(Math.abs(expected), floor)));
  }

  /**
   * Float32 spacing.
   *
   * @param magnitude not negative
   * @return the distance from the float32 nearest to it to the next one
   */
  public static double spacing(double magnitude) {
    return Math.ulp((float) Math.min(magnitude, Float.MAX_VALUE));
  }

  /**
   * The error of one element in units.
   *
   * @param inputs the case's inputs
   * @param expected the reference's value
   * @param actual the backend's value
   * @param index the element
   * @return 0 if equal or both NaN; ∞ if the class (NaN, +∞, −∞, finite) differs
   */
  public double error(Inputs inputs, double expected, double actual, int index) {
    if (expected == actual || (Double.isNaN(expected) && Double.isNaN(actual))) {
      return 0;
    }
    boolean overflow = Math.abs(expected) >= Float.MAX_VALUE;
    if (overflow && Double.isFinite(expected) && actual == Math.copySign(1 / 0.0, expected)) {
      return 0;
    }
    if (!Double.isFinite(expected) || !Double.isFinite(actual)) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.abs(expected - actual) / unit.at(inputs, expected, index);
  }
}
