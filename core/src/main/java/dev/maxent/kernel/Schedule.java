package dev.maxent.kernel;

/**
 * A number that depends on how many steps were taken: a learning rate or a temperature. Backends
 * evaluate it on the device, from the step count there, see {@link NetworkKernels#evaluate}.
 */
public sealed interface Schedule {

  /**
   * Always the same.
   *
   * @param value finite in float32
   * @return the schedule
   * @throws IllegalArgumentException if it is not
   */
  static Schedule constant(double value) {
    return new Constant(value);
  }

  /**
   * from + (to − from) · min(step, steps) / steps.
   *
   * @param from at step 0, finite in float32
   * @param to from step {@code steps} on, finite in float32
   * @param steps 1 or more
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of range
   */
  static Schedule linear(double from, double to, int steps) {
    return new Linear(from, to, steps);
  }

  /**
   * to + ½ (from − to) · (1 + cos(π · min(step, steps) / steps)). Source: Loshchilov and Hutter
   * 2017, arXiv 1608.03983, without restarts.
   *
   * @param from at step 0, finite in float32
   * @param to from step {@code steps} on, finite in float32
   * @param steps 1 or more
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of range
   */
  static Schedule cosine(double from, double to, int steps) {
    return new Cosine(from, to, steps);
  }

  /**
   * max(from · factor<sup>step</sup>, least).
   *
   * @param from at step 0, positive and finite in float32
   * @param factor per step, more than 0 and at most 1
   * @param least from 0 to {@code from}
   * @return the schedule
   * @throws IllegalArgumentException if a number is out of range
   */
  static Schedule exponential(double from, double factor, double least) {
    return new Exponential(from, factor, least);
  }

  /**
   * The definition, in float64.
   *
   * @param step number of steps taken, 0 or more
   * @return the schedule's value
   */
  double at(int step);

  /**
   * The smallest value that it ever takes.
   *
   * @return a bound that is reached or approached
   */
  double smallest();

  private static void checkFinite(String name, double value) {
    Checks.number(name, value, Math.abs(value) <= Float.MAX_VALUE, "a number, finite in float32");
  }

  /**
   * Always the same.
   *
   * @param value at every step
   */
  record Constant(double value) implements Schedule {
    /** Refuses numbers out of range. */
    public Constant {
      checkFinite("value", value);
    }

    @Override
    public double at(int step) {
      return value;
    }

    @Override
    public double smallest() {
      return value;
    }
  }

  /**
   * A straight line, then constant.
   *
   * @param from at step 0
   * @param to from step {@code steps} on
   * @param steps how long the line is
   */
  record Linear(double from, double to, int steps) implements Schedule {
    /** Refuses numbers out of range. */
    public Linear {
      checkFinite("from", from);
      checkFinite("to", to);
      Checks.size("steps", steps, 1);
    }

    @Override
    public double at(int step) {
      return from + (to - from) * ((double) Math.min(step, steps) / steps);
    }

    @Override
    public double smallest() {
      return Math.min(from, to);
    }
  }

  /**
   * Half a period of a cosine, then constant.
   *
   * @param from at step 0
   * @param to from step {@code steps} on
   * @param steps how long the half period is
   */
  record Cosine(double from, double to, int steps) implements Schedule {
    /** Refuses numbers out of range. */
    public Cosine {
      checkFinite("from", from);
      checkFinite("to", to);
      Checks.size("steps", steps, 1);
    }

    @Override
    public double at(int step) {
      double angle = Math.PI * Math.min(step, steps) / steps;
      return step >= steps ? to : to + (from - to) / 2 * (1 + Math.cos(angle));
    }

    @Override
    public double smallest() {
      return Math.min(from, to);
    }
  }

  /**
   * A factor per step, down to a floor.
   *
   * @param from at step 0
   * @param factor per step
   * @param least the floor
   */
  record Exponential(double from, double factor, double least) implements Schedule {
    /** Refuses numbers out of range. */
    public Exponential {
      checkFinite("from", from);
      Checks.number("from", from, from > 0, "a positive number, finite in float32");
      Checks.number("factor", factor, factor > 0 && factor <= 1, "more than 0 and at most 1");
      Checks.number("least", least, least >= 0 && least <= from, "from 0 to from = " + from);
    }

    @Override
    public double at(int step) {
      return Math.max(from * Math.pow(factor, step), least);
    }

    @Override
    public double smallest() {
      return factor == 1 ? from : least;
    }
  }
}
