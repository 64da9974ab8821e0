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
   * θ′ ← (1 − τ) θ′ + τ θ at every step. Source: Lillicrap et al. 2016, arXiv 1509.02971.
   *
   * @param tau τ, more than 0 and at most 1
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
      Checks.number("tau", tau, tau > 0 && tau <= 1, "more than 0 and at most 1");
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
