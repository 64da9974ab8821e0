package dev.maxent.workload;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.reference.Activations;

/**
 * Forward and backward pass of one network in float64, each number with its error in float32, in
 * units of 2⁻²⁴. A sum of n products is off by (1 + √n) of the sum of their magnitudes: roundings
 * are as likely up as down (Higham and Mary 2019, doi:10.1137/18M1226312). Errors of numbers that
 * enter a formula are multiplied by its slope and added as independent ones are, by their squares.
 *
 * <p>Where z is so close to 0 that the sign of z is open, the slope of ReLU may be 0 or 1.
 */
final class NetworkRounding {
  /** How many units a number may be off: what decides whether a sign is open. */
  static final double UNITS = 4;

  /**
   * An open choice between 0 and 1, in units: half of what a number may be off is left for such
   * choices that add up in it, up to four, and for roundings.
   */
  private static final double OPEN = 2 / (UNITS * Tolerance.EPSILON);

  private final NetworkShape shape;
  private final double[] p;
  private final double[][] units;
  private final double[][] unitErrors;
  private final double[][] sums;
  private final double[][] sumErrors;
  private final double[][] normal;
  private final double[][] normalErrors;
  private final double[] inverse;
  private final double[] inverseErrors;

  /** Of the gradient by the parameters, summed over rows. */
  final double[] gradient;

  private final double[] magnitudes;
  private final double[] squares;
  private int rows;

  NetworkRounding(NetworkShape shape, double[] parameters) {
    this.shape = shape;
    p = parameters;
    int layers = shape.layers();
    units = new double[layers + 1][];
    unitErrors = new double[layers + 1][];
    sums = new double[layers][];
    sumErrors = new double[layers][];
    normal = new double[layers][];
    normalErrors = new double[layers][];
    inverse = new double[layers];
    inverseErrors = new double[layers];
    gradient = new double[shape.parameters()];
    magnitudes = new double[gradient.length];
    squares = new double[gradient.length];
  }

  private static double square(double x) {
    return x * x;
  }

  private static double growth(int terms) {
    return 1 + Math.sqrt(terms);
  }

  /** The outputs for a row; their errors are {@link #outputErrors}. */
  double[] forward(double[] x) {
    units[0] = x;
    unitErrors[0] = new double[x.length];
    for (int layer = 0; layer < shape.layers(); layer++) {
      affine(layer);
      if (shape.isNormalised(layer)) {
        normalise(layer);
      }
      units[layer + 1] = sums[layer];
      unitErrors[layer + 1] = sumErrors[layer];
      if (layer < shape.layers() - 1) {
        activate(layer);
      }
    }
    return units[shape.layers()];
  }

  double[] outputErrors() {
    return unitErrors[shape.layers()];
  }

  private void affine(int layer) {
    double[] x = units[layer];
    double[] ex = unitErrors[layer];
    double[] z = new double[shape.width(layer + 1)];
    double[] ez = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      int row = shape.weights(layer) + k * x.length;
      double bias = p[shape.bias(layer) + k];
      double sum = bias;
      double magnitude = Math.abs(bias);
      double error = 0;
      for (int i = 0; i < x.length; i++) {
        double w = p[row + i];
        sum += w * x[i];
        magnitude += Math.abs(w * x[i]);
        error += square(w * ex[i]);
      }
      z[k] = sum;
      ez[k] = Math.sqrt(error + square(growth(x.length + 1) * magnitude));
    }
    sums[layer] = z;
    sumErrors[layer] = ez;
  }

  /** A mean and its error. */
  private record Mean(double value, double error) {
    static Mean of(double[] values, double[] errors) {
      int n = values.length;
      double sum = 0;
      double magnitude = 0;
      double error = 0;
      for (int i = 0; i < n; i++) {
        sum += values[i] / n;
        magnitude += Math.abs(values[i]) / n;
        error += square(errors[i] / n);
      }
      return new Mean(sum, Math.sqrt(error + square(growth(n) * magnitude)));
    }
  }

  private void normalise(int layer) {
    double[] z = sums[layer];
    double[] ez = sumErrors[layer];
    int n = z.length;
    Mean mean = Mean.of(z, ez);
    double variance = 0;
    double varianceError = 0;
    for (int k = 0; k < n; k++) {
      double c = z[k] - mean.value;
      variance += c * c / n;
      varianceError += square(2 * c / n) * (square(ez[k]) + square(mean.error) + c * c);
    }
    double sum = variance + NetworkShape.LAYER_NORM_EPSILON;
    varianceError += square(growth(n) * variance);
    inverse[layer] = 1 / Math.sqrt(sum);
    // Relative: half of that of the variance, a root, a quotient.
    inverseErrors[layer] = Math.sqrt(varianceError / square(2 * sum) + 4);
    normal[layer] = new double[n];
    normalErrors[layer] = new double[n];
    for (int k = 0; k < n; k++) {
      double c = z[k] - mean.value;
      double gain = p[shape.gain(layer) + k];
      double shift = p[shape.shift(layer) + k];
      double value = c * inverse[layer];
      double centred = square(ez[k]) + square(mean.error) + c * c;
      double error =
          square(inverse[layer]) * centred + square(value) * (1 + square(inverseErrors[layer]));
      normal[layer][k] = value;
      normalErrors[layer][k] = Math.sqrt(error);
      z[k] = gain * value + shift;
      ez[k] = Math.sqrt(square(gain) * error + square(gain * value) + square(z[k]));
    }
  }

  private void activate(int layer) {
    double[] z = sums[layer];
    double[] ez = sumErrors[layer];
    double[] a = new double[z.length];
    double[] ea = new double[z.length];
    for (int k = 0; k < z.length; k++) {
      a[k] = Activations.value(shape.activation(), z[k]);
      double own =
          switch (shape.activation()) {
            case IDENTITY, RELU -> 0;
            case TANH -> 4 * Math.abs(a[k]);
            // The exponential's argument is rounded.
            case SILU -> (4 + Math.abs(z[k])) * Math.abs(a[k]);
            // Φ is ½ (1 + erf), whose error is that of 1.
            case GELU -> 4 * Math.abs(a[k]) + 2 * Math.abs(z[k]);
          };
      ea[k] = Math.hypot(slope(z[k], ez[k]) * ez[k], own);
    }
    units[layer + 1] = a;
    unitErrors[layer + 1] = ea;
  }

  /** How far z may be off. */
  private static double reach(double error) {
    return UNITS * Tolerance.EPSILON * error;
  }

  /** The largest slope that z may have: at its ends, or as it is (in between it hardly bends). */
  private double slope(double z, double error) {
    Activation f = shape.activation();
    double slope = Math.abs(Activations.slope(f, z));
    slope = Math.max(slope, Math.abs(Activations.slope(f, z - reach(error))));
    return Math.max(slope, Math.abs(Activations.slope(f, z + reach(error))));
  }

  private double slopeError(double z, double error) {
    Activation f = shape.activation();
    if (f == Activation.IDENTITY) {
      return 0;
    }
    if (f == Activation.RELU) {
      return Math.abs(z) <= reach(error) ? OPEN : 0;
    }
    double slope = Activations.slope(f, z);
    double off = Math.abs(Activations.slope(f, z - reach(error)) - slope);
    off = Math.max(off, Math.abs(Activations.slope(f, z + reach(error)) - slope));
    // The value is a sum of numbers up to 1.
    return off / (UNITS * Tolerance.EPSILON) + 6;
  }

  /** Adds the last row's gradient by the parameters; fills that by the inputs and its errors. */
  void backward(double[] upstream, double[] upstreamErrors, double[] byInput, double[] errors) {
    rows++;
    double[] d = upstream;
    double[] ed = upstreamErrors;
    for (int layer = shape.layers() - 1; layer >= 0; layer--) {
      if (layer < shape.layers() - 1) {
        throughActivation(layer, d, ed);
      }
      if (shape.isNormalised(layer)) {
        throughNormalisation(layer, d, ed);
      }
      double[] below = layer == 0 ? byInput : new double[shape.width(layer)];
      double[] eBelow = layer == 0 ? errors : new double[below.length];
      throughWeights(layer, d, ed, below, eBelow);
      d = below;
      ed = eBelow;
    }
  }

  private void throughActivation(int layer, double[] d, double[] ed) {
    for (int k = 0; k < d.length; k++) {
      double z = sums[layer][k];
      double slope = Activations.slope(shape.activation(), z);
      double slopeError = slopeError(z, sumErrors[layer][k]);
      double error = square(slope * ed[k]) + square(d[k] * slopeError) + square(d[k] * slope);
      d[k] *= slope;
      ed[k] = Math.sqrt(error);
    }
  }

  private void add(int index, double value, double squaredError) {
    gradient[index] += value;
    magnitudes[index] += Math.abs(value);
    squares[index] += squaredError;
  }

  private void throughNormalisation(int layer, double[] d, double[] ed) {
    double[] n = normal[layer];
    double[] en = normalErrors[layer];
    double[] products = new double[d.length];
    double[] productErrors = new double[d.length];
    for (int k = 0; k < d.length; k++) {
      double gain = p[shape.gain(layer) + k];
      add(shape.gain(layer) + k, d[k] * n[k], square(ed[k] * n[k]) + square(d[k] * en[k]));
      add(shape.shift(layer) + k, d[k], square(ed[k]));
      d[k] *= gain;
      ed[k] = Math.hypot(gain * ed[k], d[k]);
      products[k] = d[k] * n[k];
      productErrors[k] = Math.hypot(Math.hypot(ed[k] * n[k], d[k] * en[k]), products[k]);
    }
    Mean mean = Mean.of(d, ed);
    Mean slope = Mean.of(products, productErrors);
    for (int k = 0; k < d.length; k++) {
      double part = n[k] * slope.value;
      double difference = d[k] - mean.value - part;
      double error = square(ed[k]) + square(mean.error) + square(n[k] * slope.error);
      error += square(slope.value * en[k]);
      error += square(Math.abs(d[k]) + Math.abs(mean.value) + Math.abs(part));
      d[k] = difference * inverse[layer];
      double relative = 1 + square(inverseErrors[layer]);
      ed[k] = Math.sqrt(square(inverse[layer]) * error + square(d[k]) * relative);
    }
  }

  private void throughWeights(int layer, double[] d, double[] ed, double[] below, double[] eBelow) {
    double[] x = units[layer];
    double[] ex = unitErrors[layer];
    double[] magnitude = new double[x.length];
    for (int k = 0; k < d.length; k++) {
      int row = shape.weights(layer) + k * x.length;
      add(shape.bias(layer) + k, d[k], square(ed[k]));
      for (int i = 0; i < x.length; i++) {
        double w = p[row + i];
        add(row + i, d[k] * x[i], square(ed[k] * x[i]) + square(d[k] * ex[i]));
        below[i] += d[k] * w;
        magnitude[i] += Math.abs(d[k] * w);
        eBelow[i] += square(ed[k] * w);
      }
    }
    for (int i = 0; i < x.length; i++) {
      eBelow[i] = Math.sqrt(eBelow[i] + square(growth(d.length) * magnitude[i]));
    }
  }

  /** Errors of {@link #gradient}. */
  double[] gradientErrors() {
    double[] errors = new double[gradient.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.sqrt(squares[i] + square(growth(rows) * magnitudes[i]));
    }
    return errors;
  }
}
