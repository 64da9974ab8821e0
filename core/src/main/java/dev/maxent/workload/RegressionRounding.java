package dev.maxent.workload;

import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkShape;

/** How far loss and gradient of one network on a batch may be off, in units of 2⁻²⁴. */
final class RegressionRounding {
  private final NetworkProblem problem;

  /** Of e = y − t. */
  final double[] errors;

  /** Of the loss. */
  final double loss;

  /** The gradient itself. */
  final double[] gradient;

  /** Of the gradient. */
  final double[] gradientErrors;

  /** Whether the loss is a number in float32. */
  final boolean isFinite;

  /**
   * Measures.
   *
   * @param problem what is computed
   * @param inputs of the case
   * @param e the network
   * @param turn which of the batches
   * @param parameters of that network
   */
  RegressionRounding(NetworkProblem problem, Inputs inputs, int e, int turn, double[] parameters) {
    this.problem = problem;
    NetworkShape shape = problem.shape();
    NetworkRounding network = new NetworkRounding(shape, parameters);
    int outputs = shape.outputs();
    errors = new double[problem.batch() * outputs];
    double scale = 1.0 / Math.max(1, errors.length);
    double sum = 0;
    double squares = 0;
    int set = problem.each() ? e : 0;
    float[] targets = inputs.reals(NetworkProblem.ofBatch("targets", turn));
    float[] weights = inputs.reals(NetworkProblem.ofBatch("weights", turn));
    for (int b = 0; b < problem.batch(); b++) {
      double weight = scale * (problem.weighted() ? weights[b] : 1);
      double[] y = network.forward(row(inputs, set, turn, b));
      double[] upstream = new double[outputs];
      double[] upstreamErrors = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        int at = b * outputs + o;
        double error = y[o] - targets[set * errors.length + at];
        errors[at] = Math.hypot(network.outputErrors()[o], error);
        double slope = slope(error);
        double off = Tolerance.EPSILON * NetworkRounding.UNITS * errors[at];
        double bend = Math.abs(slope(error + off) - slope(error - off)) > 0 ? 1 : 0;
        upstream[o] = weight * slope;
        upstreamErrors[o] = Math.hypot(weight * bend * errors[at], 3 * upstream[o]);
        double cost = weight * cost(error);
        sum += cost;
        squares += square(weight * slope * errors[at]);
      }
      int width = shape.inputs();
      network.backward(upstream, upstreamErrors, new double[width], new double[width]);
    }
    loss = Math.sqrt(squares + square((4 + Math.sqrt(errors.length)) * sum));
    isFinite = Float.isFinite((float) sum);
    gradient = network.gradient;
    gradientErrors = network.gradientErrors();
  }

  private double[] row(Inputs inputs, int set, int turn, int b) {
    float[] x = inputs.reals(NetworkProblem.ofBatch("x", turn));
    double[] row = new double[problem.shape().inputs()];
    for (int i = 0; i < row.length; i++) {
      row[i] = x[(set * problem.batch() + b) * row.length + i];
    }
    return row;
  }

  private static double square(double x) {
    return x * x;
  }

  private double slope(double e) {
    return problem.loss() instanceof Loss.Huber huber
        ? Math.clamp(e, -huber.delta(), huber.delta())
        : e;
  }

  private double cost(double e) {
    double slope = Math.abs(slope(e));
    return slope * (Math.abs(e) - slope / 2);
  }
}
