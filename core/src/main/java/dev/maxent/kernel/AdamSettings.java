package dev.maxent.kernel;

import java.util.Objects;

/**
 * How a gradient becomes a step. With t the number of the step from 1 and η the learning rate at t
 * − 1: g ← g · min(1, limit / (‖g‖ + 10⁻⁶)), the norm over all parameters of a network, if there is
 * a limit; θ ← θ (1 − η · decay); m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − η m̂ /
 * (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). Sources: Kingma and Ba 2015, arXiv
 * 1412.6980; decoupled decay by Loshchilov and Hutter 2019, arXiv 1711.05101; as PyTorch's {@code
 * AdamW} after {@code clip_grad_norm_}.
 *
 * <p>A step is taken if ‖g‖ is finite in float32 and, limited, less than 2⁶³, see {@link #takes}:
 * v, a mean of g², would else leave float32, and a parameter whose v is infinite never moves again.
 *
 * @param learningRate η, 2⁻¹²⁶ or more at first and never negative
 * @param beta1 β₁, 0 or more and less than 1
 * @param beta2 β₂, 0 or more and less than 1
 * @param epsilon ε, more than 0 and at most 1
 * @param weightDecay 0 or more; 0 is Adam, more is AdamW
 * @param maxGradientNorm the limit on ‖g‖, 0 for none
 */
public record AdamSettings(
    Schedule learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double maxGradientNorm) {
  /** What is added to ‖g‖ where it is limited. */
  public static final double CLIP_EPSILON = 1e-6;

  /** What ‖g‖, limited, must stay below; with a factor of 4 left to what rounding makes of v. */
  private static final double TOO_LARGE = 0x1p63;

  /** Refuses numbers out of range. */
  public AdamSettings {
    Objects.requireNonNull(learningRate, "learningRate");
    double first = learningRate.at(0);
    Checks.number("learningRate", first, first >= Float.MIN_NORMAL, "2^-126 or more at first");
    double least = learningRate.smallest();
    Checks.number("learningRate", least, least >= 0, "0 or more in the end");
    Checks.number("beta1", beta1, beta1 >= 0 && beta1 < 1, "0 or more and less than 1");
    Checks.number("beta2", beta2, beta2 >= 0 && beta2 < 1, "0 or more and less than 1");
    Checks.number(
        "epsilon", epsilon, epsilon >= Float.MIN_NORMAL && epsilon <= 1, "from 2^-126 to 1");
    checkNotNegative("weightDecay", weightDecay);
    Checks.number(
        "maxGradientNorm",
        maxGradientNorm,
        maxGradientNorm == 0
            || (maxGradientNorm >= Float.MIN_NORMAL && maxGradientNorm <= Float.MAX_VALUE),
        "0 or from 2^-126 and finite in float32");
  }

  private static void checkNotNegative(String name, double value) {
    Checks.number(
        name, value, value >= 0 && value <= Float.MAX_VALUE, "0 or more and finite in float32");
  }

  /**
   * β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸, no decay, no limit.
   *
   * @param learningRate η
   * @return the settings
   */
  public static AdamSettings of(Schedule learningRate) {
    return new AdamSettings(learningRate, 0.9, 0.999, 1e-8, 0, 0);
  }

  /**
   * The same with a constant learning rate.
   *
   * @param learningRate η, from 2⁻¹²⁶ and finite in float32
   * @return the settings
   * @throws IllegalArgumentException if it is not
   */
  public static AdamSettings of(double learningRate) {
    boolean good = learningRate >= Float.MIN_NORMAL && learningRate <= Float.MAX_VALUE;
    Checks.number("learningRate", learningRate, good, "from 2^-126 and finite in float32");
    return of(Schedule.constant(learningRate));
  }

  /**
   * The same with other decays of the moments.
   *
   * @param newBeta1 β₁
   * @param newBeta2 β₂
   * @return the settings
   */
  public AdamSettings withBetas(double newBeta1, double newBeta2) {
    return new AdamSettings(
        learningRate, newBeta1, newBeta2, epsilon, weightDecay, maxGradientNorm);
  }

  /**
   * The same with another ε.
   *
   * @param newEpsilon ε
   * @return the settings
   */
  public AdamSettings withEpsilon(double newEpsilon) {
    return new AdamSettings(learningRate, beta1, beta2, newEpsilon, weightDecay, maxGradientNorm);
  }

  /**
   * AdamW.
   *
   * @param newDecay of every parameter, per unit of the learning rate
   * @return the settings
   */
  public AdamSettings withWeightDecay(double newDecay) {
    return new AdamSettings(learningRate, beta1, beta2, epsilon, newDecay, maxGradientNorm);
  }

  /**
   * The same with a limit on the gradient.
   *
   * @param newLimit the largest norm of a network's gradient, 0 for none
   * @return the settings
   */
  public AdamSettings withMaxGradientNorm(double newLimit) {
    return new AdamSettings(learningRate, beta1, beta2, epsilon, weightDecay, newLimit);
  }

  /**
   * Whether a network moves along a gradient.
   *
   * @param norm ‖g‖ before it is limited; NaN and infinities are none
   * @return whether the norm is finite in float32 and, limited, less than 2⁶³
   */
  public boolean takes(double norm) {
    double limited = maxGradientNorm == 0 ? norm : Math.min(norm, maxGradientNorm);
    return Float.isFinite((float) norm) && limited < TOO_LARGE;
  }
}
