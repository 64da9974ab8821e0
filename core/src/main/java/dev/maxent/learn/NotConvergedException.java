package dev.maxent.learn;

/** An iteration reached its limit, or left the finite numbers, before it met its tolerance. */
public final class NotConvergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How many backups ran. */
  private final int iterations;

  /** The last change of V. */
  private final double residual;

  NotConvergedException(int iterations, double residual, String advice) {
    super(
        "not converged after " + iterations + " iterations, residual " + residual + ": " + advice);
    this.iterations = iterations;
    this.residual = residual;
  }

  /**
   * How many backups ran.
   *
   * @return iterations
   */
  public int iterations() {
    return iterations;
  }

  /**
   * The last change of V.
   *
   * @return ‖V′ − V‖∞; NaN or ∞ where values left the finite numbers
   */
  public double residual() {
    return residual;
  }
}
