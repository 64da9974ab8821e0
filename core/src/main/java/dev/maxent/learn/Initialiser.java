package dev.maxent.learn;

import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.reference.Draw;
import dev.maxent.reference.Philox;

/**
 * How weights start. Biases and shifts of layer norm are 0, its gains 1. All is computed in float64
 * on the host from Philox (see {@link dev.maxent.kernel.RandomState}): draw 2⁶³ + e · layers + l is
 * for layer l of network e, so the same seed gives the same parameters on every backend, and a
 * stream of that seed, whose draws count from 0, shares no words with them.
 */
public enum Initialiser {
  /** Uniform up to √(6 / (in + out)). Source: Glorot and Bengio 2010, PMLR 9. */
  XAVIER,
  /** Normal with deviation √(2 / in). Source: He et al. 2015, arXiv 1502.01852. */
  HE,
  /**
   * A random matrix with orthonormal rows or columns, whichever are fewer, times √2 in hidden
   * layers of ReLU, SiLU or GELU. Source: Saxe et al. 2014, arXiv 1312.6120.
   */
  ORTHOGONAL;

  private static final long FIRST_DRAW = 1L << 63;

  /**
   * Makes parameters.
   *
   * @param shape the networks
   * @param seed any number
   * @return all parameters, laid out as the shape says
   * @throws IllegalArgumentException if they are more than fit in an array
   */
  public double[] parameters(NetworkShape shape, long seed) {
    if (shape.allParameters() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "shape %s has %d parameters: expected at most %d"
              .formatted(shape, shape.allParameters(), Integer.MAX_VALUE - 8));
    }
    double[] all = new double[(int) shape.allParameters()];
    for (int e = 0; e < shape.networks(); e++) {
      int base = e * shape.parameters();
      for (int layer = 0; layer < shape.layers(); layer++) {
        Draw draw = new Draw().set(seed, FIRST_DRAW + (long) e * shape.layers() + layer);
        double[] weights = weights(shape, layer, draw);
        System.arraycopy(weights, 0, all, base + shape.weights(layer), weights.length);
        for (int k = 0; shape.isNormalised(layer) && k < shape.width(layer + 1); k++) {
          all[base + shape.gain(layer) + k] = 1;
        }
      }
    }
    return all;
  }

  private double[] weights(NetworkShape shape, int layer, Draw draw) {
    int in = shape.width(layer);
    int out = shape.width(layer + 1);
    return switch (this) {
      case XAVIER -> {
        double[] weights = new double[in * out];
        double bound = StrictMath.sqrt(6.0 / ((double) in + out));
        for (int i = 0; i < weights.length; i++) {
          weights[i] = bound * (2 * Philox.uniform(draw.word(i)) - 1);
        }
        yield weights;
      }
      case HE -> normal(in * out, StrictMath.sqrt(2.0 / in), draw);
      case ORTHOGONAL -> {
        boolean hidden = layer < shape.layers() - 1;
        Activation f = shape.activation();
        boolean half = hidden && f != Activation.IDENTITY && f != Activation.TANH;
        yield orthogonal(in, out, half ? StrictMath.sqrt(2) : 1, draw);
      }
    };
  }

  /** By Box and Muller, in order. */
  private static double[] normal(int length, double deviation, Draw draw) {
    double[] values = new double[length];
    for (int i = 0; i < length; i += 2) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(Philox.uniform(draw.word(i))));
      double angle = 2 * StrictMath.PI * Philox.uniform(draw.word(i + 1));
      values[i] = deviation * radius * StrictMath.cos(angle);
      if (i + 1 < length) {
        values[i + 1] = deviation * radius * StrictMath.sin(angle);
      }
    }
    return values;
  }

  /**
   * The rows of a normal matrix, made orthonormal one after the other (Gram and Schmidt, twice, as
   * once loses digits); the matrix is transposed where it would have more rows than columns.
   */
  private static double[] orthogonal(int in, int out, double scale, Draw draw) {
    int rows = Math.min(in, out);
    int columns = Math.max(in, out);
    double[] q = normal(rows * columns, 1, draw);
    for (int r = 0; r < rows; r++) {
      for (int again = 0; again < 2; again++) {
        for (int s = 0; s < r; s++) {
          double dot = dot(q, r, s, columns);
          for (int c = 0; c < columns; c++) {
            q[r * columns + c] -= dot * q[s * columns + c];
          }
        }
        double length = StrictMath.sqrt(dot(q, r, r, columns));
        for (int c = 0; c < columns; c++) {
          q[r * columns + c] /= length;
        }
      }
    }
    double[] weights = new double[in * out];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        weights[o * in + i] = scale * (out <= in ? q[o * columns + i] : q[i * columns + o]);
      }
    }
    return weights;
  }

  private static double dot(double[] q, int r, int s, int columns) {
    double sum = 0;
    for (int c = 0; c < columns; c++) {
      sum += q[r * columns + c] * q[s * columns + c];
    }
    return sum;
  }
}
