package dev.maxent.reference;

import dev.maxent.kernel.NetworkShape;

/**
 * One network of {@link dev.maxent.kernel.NetworkKernels} in float64, row by row as the formulas
 * are written. It remembers the last row's forward pass for the backward pass.
 */
public final class Perceptron {
  private final NetworkShape shape;
  private final double[] p;
  private final double[][] units;
  private final double[][] sums;
  private final double[][] normal;
  private final double[] deviation;

  /**
   * A network.
   *
   * @param shape of which only the first network counts
   * @param parameters {@link NetworkShape#parameters()} numbers, not copied
   */
  public Perceptron(NetworkShape shape, double[] parameters) {
    this.shape = shape;
    p = parameters;
    units = new double[shape.layers() + 1][];
    sums = new double[shape.layers()][];
    normal = new double[shape.layers()][];
    deviation = new double[shape.layers()];
  }

  /**
   * Forward pass.
   *
   * @param row x
   * @return y, not a copy
   */
  public double[] forward(double[] row) {
    units[0] = row;
    for (int layer = 0; layer < shape.layers(); layer++) {
      double[] z = affine(layer, units[layer]);
      if (shape.isNormalised(layer)) {
        z = normalise(layer, z);
      }
      sums[layer] = z;
      units[layer + 1] = z.clone();
      if (isHidden(layer)) {
        for (int k = 0; k < z.length; k++) {
          units[layer + 1][k] = Activations.value(shape.activation(), z[k]);
        }
      }
    }
    return units[shape.layers()];
  }

  private boolean isHidden(int layer) {
    return layer < shape.layers() - 1;
  }

  private double[] affine(int layer, double[] x) {
    double[] z = new double[shape.width(layer + 1)];
    for (int k = 0; k < z.length; k++) {
      int row = shape.weights(layer) + k * x.length;
      z[k] = p[shape.bias(layer) + k];
      for (int i = 0; i < x.length; i++) {
        z[k] += p[row + i] * x[i];
      }
    }
    return z;
  }

  private double[] normalise(int layer, double[] z) {
    double mean = mean(z);
    double variance = 0;
    for (double value : z) {
      variance += (value - mean) * (value - mean) / z.length;
    }
    deviation[layer] = Math.sqrt(variance + NetworkShape.LAYER_NORM_EPSILON);
    normal[layer] = new double[z.length];
    double[] scaled = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      normal[layer][k] = (z[k] - mean) / deviation[layer];
      scaled[k] = p[shape.gain(layer) + k] * normal[layer][k] + p[shape.shift(layer) + k];
    }
    return scaled;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /**
   * Backward pass of the last row.
   *
   * @param upstream what each output is multiplied by
   * @param gradient what the gradient by the parameters is added to
   * @return the gradient by the inputs
   */
  public double[] backward(double[] upstream, double[] gradient) {
    double[] delta = upstream;
    for (int layer = shape.layers() - 1; layer >= 0; layer--) {
      if (isHidden(layer)) {
        delta = throughActivation(layer, delta);
      }
      if (shape.isNormalised(layer)) {
        delta = throughNormalisation(layer, delta, gradient);
      }
      delta = throughWeights(layer, delta, gradient);
    }
    return delta;
  }

  private double[] throughActivation(int layer, double[] above) {
    double[] below = new double[above.length];
    for (int k = 0; k < above.length; k++) {
      below[k] = above[k] * Activations.slope(shape.activation(), sums[layer][k]);
    }
    return below;
  }

  /**
   * With n the normalised sums and d what reaches them: ∂/∂z = (d − mean d − n · mean (d n)) /
   * deviation.
   */
  private double[] throughNormalisation(int layer, double[] above, double[] gradient) {
    double[] n = normal[layer];
    double[] d = new double[above.length];
    double[] products = new double[above.length];
    for (int k = 0; k < d.length; k++) {
      gradient[shape.gain(layer) + k] += above[k] * n[k];
      gradient[shape.shift(layer) + k] += above[k];
      d[k] = above[k] * p[shape.gain(layer) + k];
      products[k] = d[k] * n[k];
    }
    double mean = mean(d);
    double slope = mean(products);
    double[] below = new double[d.length];
    for (int k = 0; k < d.length; k++) {
      below[k] = (d[k] - mean - n[k] * slope) / deviation[layer];
    }
    return below;
  }

  private double[] throughWeights(int layer, double[] above, double[] gradient) {
    double[] x = units[layer];
    double[] below = new double[x.length];
    for (int k = 0; k < above.length; k++) {
      int row = shape.weights(layer) + k * x.length;
      gradient[shape.bias(layer) + k] += above[k];
      for (int i = 0; i < x.length; i++) {
        gradient[row + i] += above[k] * x[i];
        below[i] += above[k] * p[row + i];
      }
    }
    return below;
  }
}
