package dev.maxent.learn;

import dev.maxent.kernel.Particles;

/** A particle or its score is NaN or ±∞. */
public final class NonFiniteParticleException extends NonFiniteException {
  private static final long serialVersionUID = 1L;

  /** Which set of particles. */
  private final int state;

  /** Which of its particles. */
  private final int particle;

  NonFiniteParticleException(String what, long step, Particles.NonFinite where) {
    super(what + " is " + where + ", after " + step + " steps: expected finite numbers", step);
    state = where.state();
    particle = where.particle();
  }

  /**
   * Where.
   *
   * @return the state
   */
  public int state() {
    return state;
  }

  /**
   * Where in the state.
   *
   * @return the first particle that is not finite
   */
  public int particle() {
    return particle;
  }
}
