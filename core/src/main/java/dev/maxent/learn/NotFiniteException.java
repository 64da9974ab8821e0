package dev.maxent.learn;

/** A step of learning met NaN or infinity, in its loss or in its gradient. */
public final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Which step. */
  private final int step;

  NotFiniteException(int step) {
    super(
        "loss or gradient of step "
            + step
            + " is NaN or infinite: expected finite inputs, targets and weights, and a learning"
            + " rate that keeps parameters finite");
    this.step = step;
  }

  /**
   * Which step.
   *
   * @return its number, from 1
   */
  public int step() {
    return step;
  }
}
