package dev.maxent.kernel;

/** How the parameters θ′ of a target network follow θ, after each step of θ. */
public sealed interface TargetUpdate {

  /**
   * There is no target network.
   *
   * @return the rule
   */
  static TargetUpdate none() {
    return new None();
  }

  /**
   * θ′ ← θ′ + τ (θ − θ′) at every step; with τ = 1 a copy. Source: Lillicrap et al. 2016, arXiv
   * 1509.02971.
   *
   * <p>In float32 θ′ = θ stays so, and θ′ stands still where τ |θ − θ′| is less than half of its
   * spacing: up to 2⁻²⁴ / τ of its size from θ, which is 10⁻⁵ for τ = 0.005 and 10⁻² for 5 · 10⁻⁶.
   *
   * @param tau τ, from 2⁻¹²⁶ to 1
   * @return the rule
   * @throws IllegalArgumentException if τ is not
   */
  static TargetUpdate polyak(double tau) {
    return new Polyak(tau);
  }

  /**
   * θ′ ← θ after every n-th step, counted by the step count on the device. Source: Mnih et al.
   * 2015, doi:10.1038/nature14236.
   *
   * @param steps n, 1 or more
   * @return the rule
   * @throws IllegalArgumentException if n is less than 1
   */
  static TargetUpdate every(int steps) {
    return new Every(steps);
  }

  /** No target network. */
  record None() implements TargetUpdate {}

  /**
   * A little at every step.
   *
   * @param tau τ
   */
  record Polyak(double tau) implements TargetUpdate {
    /** Refuses numbers out of range. */
    public Polyak {
      Checks.number("tau", tau, tau >= Float.MIN_NORMAL && tau <= 1, "from 2^-126 to 1");
    }
  }

  /**
   * A copy now and then.
   *
   * @param steps from copy to copy
   */
  record Every(int steps) implements TargetUpdate {
    /** Refuses numbers out of range. */
    public Every {
      Checks.size("steps", steps, 1);
    }
  }
}
