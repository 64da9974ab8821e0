package dev.maxent.learn;

/** A step of learning or sampling met NaN or infinity. */
public sealed class NonFiniteException extends RuntimeException permits NonFiniteParticleException {
  private static final long serialVersionUID = 1L;

  /** Which step. */
  private final long step;

  NonFiniteException(String message, long step) {
    super(message);
    this.step = step;
  }

  /** Learning, where it is the step itself that failed. */
  static NonFiniteException ofRegression(int step) {
    return new NonFiniteException(
        "loss or gradient of step "
            + step
            + " is NaN or infinite: expected finite inputs, targets and weights, and a learning"
            + " rate that keeps parameters finite",
        step);
  }

  /**
   * When.
   *
   * @return of regression, the number of the step that failed, from 1; of sampling, how many steps
   *     had been taken
   */
  public final long step() {
    return step;
  }
}
