package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import java.util.Objects;

/**
 * The bandwidth h of a kernel, in squared units of the particles: fixed, one number per state on
 * the device, or computed from each state's particles by a rule. "Median heuristic" names several
 * rules, so each has its own name here, see {@link Rule}.
 */
public final class Bandwidth {
  /**
   * What a rule that would give less gives instead, but for {@link Rule#SQL_REFERENCE}: identical
   * particles have a median of 0. The kernel is then 1 between equal particles and 0 elsewhere.
   */
  public static final double LEAST = 0x1p-60;

  /** The least that {@link Rule#SQL_REFERENCE} gives. */
  public static final double LEAST_SQL_REFERENCE = 1e-3;

  /**
   * Rules. n is the number of source particles; "pairs" are the n(n − 1)/2 pairs of different
   * source particles; "all" are all n² distances among the source, n zeros included; "cross" are
   * the n·m distances from source to target. A median of an even number is the mean of the two in
   * the middle, unless it is the lower one. With n = 1 there is no scale to estimate, and every
   * rule gives h = 1. The backend {@code reference} keeps and sorts distances, and refuses rules
   * that look at more than 2²⁷ of them: pairs from n = 16,385, all from n = 11,586.
   */
  public enum Rule {
    /** median(distance of pairs)² / log n: Liu and Wang 2016, and BlackJAX. */
    LIU_WANG,
    /** median(squared distance of all) / log(n + 1): the code of dilinwang820, and PyMC. */
    DILINWANG,
    /** median(distance of all)² / log n + ε: NumPyro. */
    NUMPYRO,
    /** median(distance of all) / (2 log(n + 1)): Haarnoja et al. 2017, appendix D.1. */
    SQL_PAPER,
    /**
     * max(lower median(squared distance of cross) / log n, 10⁻³): the reference code of soft
     * Q-learning.
     */
    SQL_REFERENCE,
    /** median(squared distance of pairs). */
    PLAIN_MEDIAN
  }

  private final double constant;
  private final DeviceArray array;
  private final Rule rule;
  private final double epsilon;

  private Bandwidth(double constant, DeviceArray array, Rule rule, double epsilon) {
    this.constant = constant;
    this.array = array;
    this.rule = rule;
    this.epsilon = epsilon;
  }

  /**
   * The same h for all states.
   *
   * @param h positive, finite in float32
   * @return the bandwidth
   * @throws IllegalArgumentException if h is not
   */
  public static Bandwidth of(double h) {
    if (!(h >= Float.MIN_VALUE && h <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "bandwidth = " + h + ": expected a positive number, finite in float32");
    }
    return new Bandwidth(h, null, null, 0);
  }

  /**
   * One h per state, read on the device at each call. Where it is not positive and finite, every
   * result of its state is NaN.
   *
   * @param states REAL, one per state
   * @return the bandwidth
   */
  public static Bandwidth perState(DeviceArray states) {
    return new Bandwidth(Double.NaN, Objects.requireNonNull(states, "states"), null, 0);
  }

  /**
   * A rule; {@link Rule#NUMPYRO} with ε = 0.
   *
   * @param rule which
   * @return the bandwidth
   */
  public static Bandwidth of(Rule rule) {
    return new Bandwidth(Double.NaN, null, Objects.requireNonNull(rule, "rule"), 0);
  }

  /**
   * {@link Rule#NUMPYRO} with ε.
   *
   * @param epsilon what is added, 0 or more
   * @return the bandwidth
   * @throws IllegalArgumentException if ε is negative, NaN or infinite
   */
  public static Bandwidth numPyro(double epsilon) {
    if (!(epsilon >= 0 && epsilon <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "epsilon = " + epsilon + ": expected 0 or more and finite in float32");
    }
    return new Bandwidth(Double.NaN, null, Rule.NUMPYRO, epsilon);
  }

  /**
   * Refuses numbers on the device that no kernel takes.
   *
   * @param backend where they should live
   * @param states how many there should be
   * @throws IllegalArgumentException if the array is another backend's or of another type or length
   * @throws IllegalStateException if the array is closed
   */
  public void check(Backend backend, int states) {
    if (array != null) {
      Checks.array(backend, "bandwidth", array, ElementType.REAL, states);
    }
  }

  /**
   * The number, where it is known on the host.
   *
   * @return h, or NaN
   */
  public double constant() {
    return constant;
  }

  /**
   * Where the numbers are, if they are on the device.
   *
   * @return the array, or null
   */
  public DeviceArray array() {
    return array;
  }

  /**
   * The rule, if there is one.
   *
   * @return the rule, or null
   */
  public Rule rule() {
    return rule;
  }

  /**
   * What {@link Rule#NUMPYRO} adds.
   *
   * @return ε
   */
  public double epsilon() {
    return epsilon;
  }

  /**
   * For messages.
   *
   * @return the number, the array or the rule
   */
  @Override
  public String toString() {
    if (rule != null) {
      return rule + (epsilon == 0 ? "" : " + " + epsilon);
    }
    return array == null ? Double.toString(constant) : "per state in " + array;
  }
}
