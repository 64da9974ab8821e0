package dev.maxent.learn;

import dev.maxent.kernel.Particles;

/** A particle or its score is NaN or ±∞. */
public final class NonFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Steps that had been taken. */
  private final long step;

  /** Which set of particles. */
  private final int state;

  /** Which of its particles. */
  private final int particle;

  NonFiniteException(String what, long step, Particles.NonFinite where) {
    super(what + " is " + where + ", after " + step + " steps: expected finite numbers");
    this.step = step;
    state = where.state();
    particle = where.particle();
  }

  /**
   * When.
   *
   * @return steps that had been taken
   */
  public long step() {
    return step;
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
