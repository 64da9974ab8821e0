package dev.maxent.workload;

import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.reference.AdamStep;

/**
 * How far one network's step may be off in float32, in units of 2⁻²⁴, given how far its gradient
 * is.
 *
 * <p>The ratio m̂ / √v̂ depends on the gradient twice, and near 0 its sign does: the move is
 * evaluated at both ends of what the gradient may be. Beyond that it has some ten roundings: 1 − βᵗ
 * is one of a few when taken as −expm1(t log β), and many when 1 − βᵗ itself is.
 */
final class AdamRounding {
  private static final double MOVE = 10;

  private final AdamSettings adam;
  private final int number;
  private final double rate;
  private final double rateError;
  private final double scale;

  /** ‖g‖ and its error. */
  final double norm;

  final double normError;

  /** Errors of θ, m, v and θ′. */
  final double[] parameters;

  final double[] first;
  final double[] second;
  final double[] target;

  AdamRounding(
      NetworkProblem problem,
      int taken,
      double[] gradient,
      double[] gradientErrors,
      double[] theta,
      double[] m,
      double[] v,
      double[] follower) {
    adam = problem.adam();
    number = taken + 1;
    rate = adam.learningRate().at(taken);
    rateError = rateError(adam.learningRate(), taken) / rate;
    norm = AdamStep.norm(gradient);
    normError = normError(gradient, gradientErrors);
    scale = new AdamStep(adam, taken).scale(norm);
    double scaleError = scale < 1 ? normError / norm + 3 : 0;
    int n = gradient.length;
    parameters = new double[n];
    first = new double[n];
    second = new double[n];
    target = new double[n];
    for (int i = 0; i < n; i++) {
      double g = scale * gradient[i];
      double eg = Math.hypot(scale * gradientErrors[i], scaleError * g);
      move(i, g, eg, theta[i], m[i], v[i]);
      double moved = theta[i] * (1 - rate * adam.weightDecay()) - ratio(g, m[i], v[i]);
      target[i] = follow(problem.follow(), i, moved, follower[i]);
    }
  }

  private double normError(double[] gradient, double[] errors) {
    double sum = 0;
    for (int i = 0; i < gradient.length; i++) {
      double share = norm == 0 ? 1 : gradient[i] / norm;
      sum += share * errors[i] * share * errors[i];
    }
    // A root halves the error of its argument.
    double own = norm * (1 + (2 + Math.sqrt(gradient.length)) / 2);
    return Math.sqrt(sum + own * own);
  }

  private void move(int i, double g, double eg, double theta, double m, double v) {
    double b1 = adam.beta1();
    double b2 = adam.beta2();
    first[i] = Math.hypot((1 - b1) * eg, 3 * (b1 * Math.abs(m) + (1 - b1) * Math.abs(g)));
    double square = b2 * v + (1 - b2) * g * g;
    double reach = NetworkRounding.UNITS * Tolerance.EPSILON * eg;
    // (g + reach)² goes beyond g² by more than its slope where g is near 0.
    second[i] = Math.hypot((1 - b2) * eg * (2 * Math.abs(g) + reach), 4 * square);
    double ratio = ratio(g, m, v);
    double difference = Math.abs(ratio(g + reach, m, v) - ratio);
    difference = Math.max(difference, Math.abs(ratio(g - reach, m, v) - ratio));
    double terms = rate * size(m, v, g);
    double own = (MOVE + rateError) * terms + Math.abs(theta) * (adam.weightDecay() > 0 ? 2 : 1);
    double open = difference / (NetworkRounding.UNITS * Tolerance.EPSILON);
    parameters[i] = Math.hypot(open, own);
  }

  /** η m̂ / (√v̂ + ε). */
  private double ratio(double g, double m, double v) {
    double mean = adam.beta1() * m + (1 - adam.beta1()) * g;
    return rate * mean / correction(adam.beta1()) / root(v, g);
  }

  /** The same without η and with magnitudes of the terms of m. */
  private double size(double m, double v, double g) {
    double mean = adam.beta1() * Math.abs(m) + (1 - adam.beta1()) * Math.abs(g);
    return mean / correction(adam.beta1()) / root(v, g);
  }

  private double root(double v, double g) {
    double square = adam.beta2() * v + (1 - adam.beta2()) * g * g;
    return Math.sqrt(square / correction(adam.beta2())) + adam.epsilon();
  }

  private double correction(double beta) {
    return 1 - Math.pow(beta, number);
  }

  private double follow(TargetUpdate rule, int i, double theta, double follower) {
    return switch (rule) {
      case TargetUpdate.None _ -> 0;
      case TargetUpdate.Every every -> number % every.steps() == 0 ? parameters[i] : 0;
      case TargetUpdate.Polyak polyak when polyak.tau() == 1 -> parameters[i];
      case TargetUpdate.Polyak polyak -> {
        double tau = polyak.tau();
        // One rounding each: of τ, of θ − θ′, of the sum.
        double way = tau * (theta - follower);
        yield Math.hypot(tau * parameters[i], 2 * Math.abs(way) + Math.abs(follower + way));
      }
    };
  }

  /**
   * The error of a schedule's value: the fraction of the way and the cosine are rounded, and an
   * exponent t log f is off by as many roundings as it is large.
   */
  static double rateError(Schedule schedule, int step) {
    double value = Math.abs(schedule.at(step));
    return switch (schedule) {
      case Schedule.Constant _ -> value;
      case Schedule.Linear line ->
          value + Math.abs(line.from()) + 3 * Math.abs(line.to() - line.from());
      case Schedule.Cosine cosine ->
          value + Math.abs(cosine.to()) + 3 * Math.abs(cosine.from() - cosine.to());
      case Schedule.Exponential curve ->
          value == 0 ? 0 : value * (4 + Math.abs(Math.log(value / curve.from())));
    };
  }
}
