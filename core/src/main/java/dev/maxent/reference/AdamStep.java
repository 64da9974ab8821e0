package dev.maxent.reference;

import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.TargetUpdate;

/** One step of {@link AdamSettings} for one network, in float64. */
public final class AdamStep {
  private final AdamSettings adam;
  private final int number;
  private final double rate;

  /**
   * A step.
   *
   * @param adam how
   * @param taken number of steps taken before
   */
  public AdamStep(AdamSettings adam, int taken) {
    this.adam = adam;
    number = taken + 1;
    rate = adam.learningRate().at(taken);
  }

  /**
   * ‖g‖.
   *
   * @param gradient g
   * @return the norm over all parameters
   */
  public static double norm(double[] gradient) {
    double sum = 0;
    for (double g : gradient) {
      sum += g * g;
    }
    return Math.sqrt(sum);
  }

  /**
   * What the limit on the norm makes of the gradient.
   *
   * @param norm ‖g‖
   * @return a factor of at most 1
   */
  public double scale(double norm) {
    double limit = adam.maxGradientNorm();
    return limit == 0 ? 1 : Math.min(1, limit / (norm + AdamSettings.CLIP_EPSILON));
  }

  /**
   * Moves parameters and moments.
   *
   * @param parameters θ; updated
   * @param gradient g
   * @param first m; updated
   * @param second v; updated
   */
  public void move(double[] parameters, double[] gradient, double[] first, double[] second) {
    double scale = scale(norm(gradient));
    for (int i = 0; i < parameters.length; i++) {
      double g = scale * gradient[i];
      first[i] = adam.beta1() * first[i] + (1 - adam.beta1()) * g;
      second[i] = adam.beta2() * second[i] + (1 - adam.beta2()) * g * g;
      double mean = first[i] / (1 - Math.pow(adam.beta1(), number));
      double square = second[i] / (1 - Math.pow(adam.beta2(), number));
      parameters[i] *= 1 - rate * adam.weightDecay();
      parameters[i] -= rate * mean / (Math.sqrt(square) + adam.epsilon());
    }
  }

  /**
   * Lets a target network follow.
   *
   * @param rule how
   * @param parameters θ after the step
   * @param target θ′; updated
   */
  public void follow(TargetUpdate rule, double[] parameters, double[] target) {
    double share =
        switch (rule) {
          case TargetUpdate.None _ -> 0;
          case TargetUpdate.Polyak polyak -> polyak.tau();
          case TargetUpdate.Every every -> number % every.steps() == 0 ? 1 : 0;
        };
    if (share == 0) {
      return;
    }
    for (int i = 0; i < target.length; i++) {
      // A copy is one whatever was there, NaN too.
      target[i] = share == 1 ? parameters[i] : target[i] + share * (parameters[i] - target[i]);
    }
  }
}
