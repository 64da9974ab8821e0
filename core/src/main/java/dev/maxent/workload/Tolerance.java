package dev.maxent.workload;

/**
 * How far an output element may be from the float64 reference: {@code measure ≤ ulps}. For reals
 * the measure is {@code error / unit}, where the unit is the float32 spacing at the expected value,
 * or at a stated floor where results near zero come from cancellation, or a multiple of it where
 * the condition of the formula grows.
 *
 * @param ulps the bound c, in units
 * @param measure how far two unequal finite values are apart
 */
public record Tolerance(double ulps, Measure measure) {
  /** The largest relative error of one rounding to float32. */
  public static final double EPSILON = 0x1p-24;

  /** A unit that no difference fits: for results that must be exact. */
  public static final double NONE = Double.MIN_VALUE;

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

  /** How far apart two values are. */
  @FunctionalInterface
  public interface Measure {
    /**
     * The distance of two unequal finite values.
     *
     * @param inputs the case's inputs
     * @param expected the reference's value
     * @param actual the backend's value
     * @param index the element
     * @return a positive number, in units
     */
    double distance(Inputs inputs, double expected, double actual, int index);
  }

  /** Equal bits, for integers and bytes. */
  public static final Tolerance EXACT = of(0, (_, _, _) -> 1);

  /**
   * Multiples of a unit.
   *
   * @param ulps the bound
   * @param unit the size of one unit
   * @return the tolerance
   */
  public static Tolerance of(double ulps, Unit unit) {
    return new Tolerance(
        ulps,
        (inputs, expected, actual, index) ->
            Math.abs(expected - actual) / unit.at(inputs, expected, index));
  }

  /**
   * Float32 spacing, counted no finer than at a floor.
   *
   * @param ulps the bound
   * @param floor magnitude below which the spacing is that of the floor
   * @return the tolerance
   */
  public static Tolerance ulps(double ulps, double floor) {
    return of(ulps, (_, expected, _) -> spacing(Math.max(Math.abs(expected), floor)));
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
   * @return 0 if equal or both NaN; ∞ if the class (NaN, +∞, −∞, finite) differs, or where the unit
   *     is NaN, which allows nothing
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
    double distance = measure.distance(inputs, expected, actual, index);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }
}
