package dev.maxent.reference;

import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.HostArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;

/**
 * One state of {@link dev.maxent.kernel.SteinKernels} in float64, pair by pair as the formulas are
 * written. The reference computes every state with it, the cpu backend those whose numbers are too
 * large or too small for float32.
 */
public final class SteinState {
  private final int d;
  private final double[] x;
  private final double[] score;
  private final double[] y;

  /**
   * Reads a state.
   *
   * @param source particles in host memory
   * @param scores as long, or null where scores are not needed
   * @param target particles in host memory
   * @param state which
   */
  public SteinState(Particles source, DeviceArray scores, Particles target, int state) {
    d = source.dimensions();
    x = read(source.array(), state, source.count() * d);
    score = scores == null ? new double[0] : read(scores, state, source.count() * d);
    y = read(target.array(), state, target.count() * d);
  }

  private static double[] read(DeviceArray array, int state, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = ((HostArray) array).real((long) state * length + i);
    }
    return values;
  }

  /**
   * Whether there is no NaN or infinity among the particles and scores.
   *
   * @return false if every result of the state is NaN
   */
  public boolean isFinite() {
    return isFinite(x) && isFinite(score) && isFinite(y);
  }

  private static boolean isFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The state's bandwidth.
   *
   * @param bandwidth a number, numbers in host memory, or a rule
   * @param state which
   * @return h, NaN where it is out of range
   */
  public double bandwidth(Bandwidth bandwidth, int state) {
    if (bandwidth.rule() != null) {
      return isFinite() ? SteinMedian.bandwidth(x, y, d, bandwidth) : Double.NaN;
    }
    if (bandwidth.array() == null) {
      return bandwidth.constant();
    }
    double h = ((HostArray) bandwidth.array()).real(state);
    return h > 0 && h < Double.POSITIVE_INFINITY ? h : Double.NaN;
  }

  /**
   * φ at the target particles.
   *
   * @param kernel k
   * @param h its bandwidth; not looked at by the linear kernel
   * @param alpha α
   * @return m × d numbers
   */
  public double[] direction(SteinKernel kernel, double h, double alpha) {
    int n = x.length / d;
    double[] phi = new double[y.length];
    boolean valid = alpha >= 0 && alpha < Double.POSITIVE_INFINITY && isFinite();
    for (int i = 0; i < y.length / d; i++) {
      for (int j = 0; j < n; j++) {
        double square = SteinMedian.square(x, j, y, i, d);
        double k = value(kernel, h, square, dot(x, j, y, i));
        double slope = slope(kernel, h, square, k);
        for (int c = 0; c < d; c++) {
          double delta = x[j * d + c] - y[i * d + c];
          double gradient = kernel instanceof SteinKernel.Linear ? y[i * d + c] : slope * delta;
          phi[i * d + c] += k * score[j * d + c] + alpha * gradient;
        }
      }
      for (int c = 0; c < d; c++) {
        phi[i * d + c] = valid ? phi[i * d + c] / n : Double.NaN;
      }
    }
    return phi;
  }

  private static double value(SteinKernel kernel, double h, double square, double dot) {
    return switch (kernel) {
      case SteinKernel.Rbf _ -> Math.exp(-square / h);
      case SteinKernel.InverseMultiquadric imq ->
          Math.pow(imq.squaredOffset() + square / h, imq.exponent());
      case SteinKernel.Linear _ -> dot + 1;
    };
  }

  /** What δ = x − x′ is multiplied by in ∇ₓ k. */
  private static double slope(SteinKernel kernel, double h, double square, double k) {
    return switch (kernel) {
      case SteinKernel.Rbf _ -> -2 / h * k;
      case SteinKernel.InverseMultiquadric imq ->
          2 * imq.exponent() / h * k / (imq.squaredOffset() + square / h);
      case SteinKernel.Linear _ -> 0;
    };
  }

  /**
   * The squared discrepancy of the source particles.
   *
   * @param kernel k
   * @param h its bandwidth; not looked at by the linear kernel
   * @return S
   */
  public double discrepancy(SteinKernel kernel, double h) {
    if (!isFinite()) {
      return Double.NaN;
    }
    int n = x.length / d;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double row = 0;
      for (int j = 0; j < n; j++) {
        row += pair(kernel, h, i, j);
      }
      sum += row;
    }
    return sum / n / n;
  }

  /** u(xᵢ, xⱼ). */
  private double pair(SteinKernel kernel, double h, int i, int j) {
    double square = SteinMedian.square(x, i, x, j, d);
    double scores = dot(score, i, score, j);
    double k = value(kernel, h, square, dot(x, i, x, j));
    if (kernel instanceof SteinKernel.Linear) {
      return k * scores + dot(score, i, x, i) + dot(score, j, x, j) + d;
    }
    double across = 0;
    for (int c = 0; c < d; c++) {
      double delta = x[i * d + c] - x[j * d + c];
      across += delta * (score[i * d + c] - score[j * d + c]);
    }
    double slope = slope(kernel, h, square, k);
    return k * scores - slope * (across + d) - curvature(kernel, h, square, k);
  }

  /** r² times the second derivative of k by r²/2, the part of the trace beyond −d · slope. */
  private static double curvature(SteinKernel kernel, double h, double square, double k) {
    return switch (kernel) {
      case SteinKernel.Rbf _ -> 4 * square / (h * h) * k;
      case SteinKernel.InverseMultiquadric imq -> {
        double w = imq.squaredOffset() + square / h;
        double beta = imq.exponent();
        yield 4 * beta * (beta - 1) * square / (h * h) * k / (w * w);
      }
      case SteinKernel.Linear _ -> 0;
    };
  }

  private double dot(double[] a, int i, double[] b, int j) {
    double sum = 0;
    for (int c = 0; c < d; c++) {
      sum += a[i * d + c] * b[j * d + c];
    }
    return sum;
  }
}
