package dev.maxent.reference;

import dev.maxent.kernel.Activation;

/** Activations and their slopes in float64. */
public final class Activations {
  /** From here on erfc comes from its continued fraction, below from the series of erf. */
  private static final double TAIL = 2;

  private static final int FRACTION_TERMS = 200;

  private Activations() {}

  /**
   * f(z).
   *
   * @param activation f
   * @param z any number
   * @return what the unit gives; NaN for NaN
   */
  public static double value(Activation activation, double z) {
    return switch (activation) {
      case IDENTITY -> z;
      case RELU -> Math.max(z, 0);
      case TANH -> Math.tanh(z);
      case SILU -> z * logistic(z);
      case GELU -> z * normal(z);
    };
  }

  /**
   * f′(z).
   *
   * @param activation f
   * @param z any number
   * @return the slope; of ReLU 0 at 0, NaN for NaN
   */
  public static double slope(Activation activation, double z) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> Double.isNaN(z) ? z : z > 0 ? 1 : 0;
      case TANH -> 1 / (Math.cosh(z) * Math.cosh(z));
      case SILU -> logistic(z) * (1 + z * logistic(-z));
      case GELU -> normal(z) + z * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    };
  }

  private static double logistic(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** Φ(z) = ½ erfc(−z/√2), with all digits in the lower tail as well. */
  static double normal(double z) {
    double x = Math.abs(z) / Math.sqrt(2);
    double upper = x < TAIL ? (1 - erf(x)) / 2 : erfc(x) / 2;
    return z < 0 ? upper : 1 - upper;
  }

  /** erf x = 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)), terms that are all positive. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > 0x1p-60 * sum; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** erfc x = e^(−x²)/√π / (x + ½/(x + 1/(x + 1½/(x + 2/(x + …))))), from the far end. */
  private static double erfc(double x) {
    double fraction = x;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
