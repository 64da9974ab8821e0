package dev.maxent.reference;

import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkShape;

/** Loss and gradient of one network on a batch, in float64. */
public final class Regression {
  private final double[] errors;
  private final double[] gradient;
  private double loss;

  /**
   * Computes all of it.
   *
   * @param shape of which only the first network counts
   * @param parameters θ
   * @param rows x, a row each
   * @param targets t, rows × outputs
   * @param weights w, one per row; or null for 1
   * @param measure what an error costs
   */
  public Regression(
      NetworkShape shape,
      double[] parameters,
      double[][] rows,
      double[] targets,
      double[] weights,
      Loss measure) {
    Perceptron network = new Perceptron(shape, parameters);
    int outputs = shape.outputs();
    errors = new double[targets.length];
    gradient = new double[shape.parameters()];
    for (int b = 0; b < rows.length; b++) {
      double[] y = network.forward(rows[b]);
      double weight = (weights == null ? 1 : weights[b]) / targets.length;
      double[] upstream = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        double e = y[o] - targets[b * outputs + o];
        errors[b * outputs + o] = e;
        loss += weight * cost(measure, e);
        upstream[o] = weight * slope(measure, e);
      }
      network.backward(upstream, gradient);
    }
  }

  private static double cost(Loss loss, double e) {
    return switch (loss) {
      case Loss.Squared _ -> e * e / 2;
      case Loss.Huber huber when Math.abs(e) > huber.delta() ->
          huber.delta() * (Math.abs(e) - huber.delta() / 2);
      case Loss.Huber _ -> e * e / 2;
    };
  }

  private static double slope(Loss loss, double e) {
    return switch (loss) {
      case Loss.Squared _ -> e;
      case Loss.Huber huber -> Math.clamp(e, -huber.delta(), huber.delta());
    };
  }

  /**
   * e = y − t.
   *
   * @return rows × outputs
   */
  public double[] errors() {
    return errors;
  }

  /**
   * The loss.
   *
   * @return 0 without rows
   */
  public double loss() {
    return loss;
  }

  /**
   * ∂loss/∂θ.
   *
   * @return as long as the parameters
   */
  public double[] gradient() {
    return gradient;
  }
}
