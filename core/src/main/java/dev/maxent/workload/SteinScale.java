package dev.maxent.workload;

import static dev.maxent.workload.Tolerance.EPSILON;

import dev.maxent.kernel.SteinKernel;
import dev.maxent.reference.SteinMedian;

/**
 * The condition of each result of SVGD: what rounding does to each term, added up over the terms'
 * magnitudes. A squared distance of d terms has a relative error of D = 4 + √d roundings, h one of
 * R (D + 2 by a rule, as order statistics move no more than what they are taken of). With RBF the
 * exponent r²/h is off by D + R of itself, which moves k by r²/h times that; the inverse
 * multiquadric and the linear kernel likewise, see {@link #measure}. A sum of n terms adds √n
 * roundings of their magnitudes.
 */
final class SteinScale {
  private final SteinShape shape;
  private final Inputs inputs;
  private final double[] direction;
  private final double[] bandwidth;
  private final double[] discrepancy;
  private final double distanceError;

  // Of one pair: |k|, its error, |what δ is times|, its error, |second derivative's part|.
  private double k;
  private double errorOfK;
  private double g;
  private double errorOfG;
  private double curve;

  private SteinScale(Inputs inputs, SteinShape shape) {
    this.inputs = inputs;
    this.shape = shape;
    distanceError = 4 + Math.sqrt(shape.d());
    direction = new double[shape.states() * shape.targets() * shape.d()];
    bandwidth = new double[shape.states()];
    discrepancy = new double[shape.states()];
  }

  static SteinScale of(Inputs inputs, SteinShape shape) {
    return inputs.derive(SteinScale.class, in -> new SteinScale(in, shape));
  }

  double bandwidth(int state) {
    if (bandwidth[state] == 0) {
      bandwidth[state] = EPSILON * h(state) * (shape.rule() == null ? 1 : distanceError + 2);
    }
    return bandwidth[state];
  }

  private double[] state(String name, int count, int state) {
    int size = count * shape.d();
    float[] values = inputs.reals(name);
    double[] wide = new double[size];
    for (int i = 0; i < size; i++) {
      wide[i] = values[state * size + i];
    }
    return wide;
  }

  private double[] targets(double[] x, int state) {
    return shape.m() == 0 ? x : state("y", shape.m(), state);
  }

  private double h(int state) {
    if (shape.rule() == null) {
      return inputs.has("bandwidth") ? inputs.reals("bandwidth")[state] : shape.h();
    }
    double[] x = state("x", shape.n(), state);
    return SteinMedian.bandwidth(x, targets(x, state), shape.d(), shape.ruled());
  }

  private double alpha(int state) {
    if (inputs.has("alphaPerRow")) {
      return inputs.reals("alphaPerRow")[state];
    }
    return inputs.has("alphaOnDevice") ? inputs.reals("alphaOnDevice")[0] : inputs.number("alpha");
  }

  private void measure(double h, double square, double dots) {
    double hError = shape.rule() == null ? 1 : distanceError + 2;
    double both = distanceError + hError;
    switch (shape.kernel()) {
      case SteinKernel.Rbf _ -> {
        k = Math.exp(-square / h);
        errorOfK = k * (square / h * both + 2) + 0x1p-125 / EPSILON;
        g = 2 / h * k;
        errorOfG = 2 / h * errorOfK + g * (2 + hError);
        curve = 4 * square / (h * h) * k;
      }
      case SteinKernel.InverseMultiquadric imq -> {
        double c2 = imq.squaredOffset();
        double beta = imq.exponent();
        double w = 1 + square / (h * c2);
        double errorOfW = both * (w - 1) / w + 1;
        k = Math.pow(c2 * w, beta);
        errorOfK = k * (Math.abs(beta) * (errorOfW + 3 * Math.log(w)) + 4);
        g = Math.abs(2 * beta) / (h * c2 * w) * k;
        errorOfG = g * (errorOfK / k + errorOfW + 3 + hError);
        curve = Math.abs(4 * beta * (beta - 1) * square / (h * h * c2 * c2 * w * w)) * k;
      }
      case SteinKernel.Linear _ -> {
        k = 1 + dots;
        errorOfK = k * (1 + Math.sqrt(shape.d()));
        g = 0;
        errorOfG = 0;
        curve = 0;
      }
    }
  }

  private static double dots(double[] a, int i, double[] b, int j, int d) {
    double sum = 0;
    for (int c = 0; c < d; c++) {
      sum += Math.abs(a[i * d + c] * b[j * d + c]);
    }
    return sum;
  }

  /** The unit of an element of φ; measures its particle on first use. */
  double direction(int index) {
    if (direction[index] == 0) {
      measureTarget(index / shape.d());
    }
    return direction[index];
  }

  private int known = -1;
  private double[] x;
  private double[] s;
  private double[] y;
  private double knownH;

  private void know(int state) {
    if (known != state) {
      known = state;
      x = state("x", shape.n(), state);
      s = state("score", shape.n(), state);
      y = targets(x, state);
      knownH = h(state);
    }
  }

  private void measureTarget(int target) {
    int d = shape.d();
    int n = shape.n();
    int state = target / shape.targets();
    int i = target % shape.targets();
    know(state);
    double alpha = alpha(state);
    double growth = 2 + Math.sqrt(n);
    double[] sums = new double[d];
    for (int j = 0; j < n; j++) {
      measure(knownH, SteinMedian.square(x, j, y, i, d), dots(x, j, y, i, d));
      for (int c = 0; c < d; c++) {
        double delta = alpha * Math.abs(x[j * d + c] - y[i * d + c]);
        double score = Math.abs(s[j * d + c]);
        sums[c] += (errorOfK + growth * k) * score + (errorOfG + growth * g) * delta;
      }
    }
    for (int c = 0; c < d; c++) {
      double linear = shape.kernel() instanceof SteinKernel.Linear ? alpha * y[i * d + c] : 0;
      double unit = EPSILON * (sums[c] / n + 2 * Math.abs(linear));
      direction[target * d + c] = Math.max(unit, Tolerance.NONE);
    }
  }

  double discrepancy(int state) {
    if (discrepancy[state] == 0) {
      know(state);
      double sum = 0;
      for (int i = 0; i < shape.n(); i++) {
        for (int j = 0; j < shape.n(); j++) {
          sum += pair(i, j);
        }
      }
      discrepancy[state] = EPSILON * sum / shape.n() / shape.n();
    }
    return discrepancy[state];
  }

  private double pair(int i, int j) {
    int d = shape.d();
    double growth = 4 + Math.sqrt(d) + Math.sqrt(shape.n());
    measure(knownH, SteinMedian.square(x, i, x, j, d), dots(x, i, x, j, d));
    double scores = dots(s, i, s, j, d);
    if (shape.kernel() instanceof SteinKernel.Linear) {
      double own = dots(s, i, x, i, d) + dots(s, j, x, j, d) + d;
      return (errorOfK + growth * k) * scores + growth * own;
    }
    double across = d;
    for (int c = 0; c < d; c++) {
      double both = Math.abs(s[i * d + c]) + Math.abs(s[j * d + c]);
      across += Math.abs(x[i * d + c] - x[j * d + c]) * both;
    }
    double curved = curve * (errorOfG / Math.max(g, Double.MIN_NORMAL) + 2 * distanceError);
    return (errorOfK + growth * k) * scores
        + (errorOfG + growth * g) * across
        + curved
        + growth * curve;
  }
}
