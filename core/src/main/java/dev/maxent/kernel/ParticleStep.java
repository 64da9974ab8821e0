package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * How particles x move along a direction φ, element by element. What a rule remembers lives in
 * arrays on the device that the caller owns and has filled with zeros.
 *
 * <p>Rules that remember squares are for sums of φ² that are finite in float32, so |φ| up to some
 * 10¹⁸: where a square is infinite the element no longer moves. Squares below float32 count as 0,
 * which does not show beside the least ε: √(2⁻¹⁴⁹) is less than a rounding of it.
 */
public sealed interface ParticleStep {
  /** The least ε of a rule that remembers squares: 2⁻⁴⁰. */
  double LEAST_EPSILON = 0x1p-40;

  /**
   * Step size η.
   *
   * @return units of the particles per unit of the direction, or units of the particles
   */
  double rate();

  private static void checkRate(double rate, double epsilon) {
    Checks.number(
        "rate", rate, rate >= 0 && rate <= Float.MAX_VALUE, "0 or more and finite in float32");
    Checks.number("epsilon", epsilon, epsilon >= LEAST_EPSILON && epsilon <= 1, "from 2^-40 to 1");
  }

  private static void checkDecay(String name, double decay) {
    Checks.number(name, decay, decay >= 0 && decay < 1, "0 or more and less than 1");
  }

  /**
   * x ← x + η φ.
   *
   * @param rate η
   */
  record Plain(double rate) implements ParticleStep {
    /** Refuses numbers out of range. */
    public Plain {
      checkRate(rate, 1);
    }
  }

  /**
   * g ← g + φ², x ← x + η φ / (√g + ε). Source: Duchi et al. 2011, JMLR 12.
   *
   * @param rate η
   * @param epsilon ε, from {@link #LEAST_EPSILON} to 1
   * @param squares REAL, as long as the particles: g; updated
   */
  record AdaGrad(double rate, double epsilon, DeviceArray squares) implements ParticleStep {
    /** Refuses numbers out of range. */
    public AdaGrad {
      checkRate(rate, epsilon);
    }
  }

  /**
   * t ← t + 1, m ← β₁ m + (1 − β₁) φ, v ← β₂ v + (1 − β₂) φ², x ← x + η m̂ / (√v̂ + ε) with m̂ =
   * m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ). Source: Kingma and Ba 2015, arXiv 1412.6980.
   *
   * @param rate η
   * @param meanDecay β₁
   * @param squareDecay β₂
   * @param epsilon ε, from {@link #LEAST_EPSILON} to 1
   * @param mean REAL, as long as the particles: m; updated
   * @param squares REAL, as long as the particles: v; updated
   * @param count INT32, one element: t, the number of steps taken; updated
   */
  record Adam(
      double rate,
      double meanDecay,
      double squareDecay,
      double epsilon,
      DeviceArray mean,
      DeviceArray squares,
      DeviceArray count)
      implements ParticleStep {
    /** Refuses numbers out of range. */
    public Adam {
      checkRate(rate, epsilon);
      checkDecay("meanDecay", meanDecay);
      checkDecay("squareDecay", squareDecay);
    }
  }
}
