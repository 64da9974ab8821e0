package dev.maxent.benchmarks;

/**
 * A mixture of round Gaussians, Σ<sub>k</sub> w<sub>k</sub> N(m<sub>k</sub>, σ<sub>k</sub>² I),
 * with what is known of it.
 */
final class GaussianMixture {
  private final double[] weights;
  private final double[][] means;
  private final double[] deviations;

  /** Weights sum to 1. */
  GaussianMixture(double[] weights, double[][] means, double[] deviations) {
    this.weights = weights;
    this.means = means;
    this.deviations = deviations;
  }

  int components() {
    return weights.length;
  }

  int dimensions() {
    return means[0].length;
  }

  /** E[x<sub>c</sub>]. */
  double mean(int coordinate) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += weights[k] * means[k][coordinate];
    }
    return sum;
  }

  /** E[x<sub>c</sub>²]. */
  double square(int coordinate) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      double mean = means[k][coordinate];
      sum += weights[k] * (mean * mean + deviations[k] * deviations[k]);
    }
    return sum;
  }

  /** log w<sub>k</sub> N(x; m<sub>k</sub>, σ<sub>k</sub>² I). */
  private double log(int k, double[] x) {
    double square = 0;
    for (int c = 0; c < x.length; c++) {
      double delta = x[c] - means[k][c];
      square += delta * delta;
    }
    double variance = deviations[k] * deviations[k];
    return Math.log(weights[k])
        - 0.5 * (square / variance + x.length * Math.log(2 * Math.PI * variance));
  }

  /** p(x). */
  double density(double... x) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += Math.exp(log(k, x));
    }
    return sum;
  }

  /**
   * ∇ log p of each particle: Σ<sub>k</sub> r<sub>k</sub> (m<sub>k</sub> − x)/σ<sub>k</sub>², with
   * r the shares of the Gaussians in p(x). Far from all of them too, where p is 0 in any precision.
   */
  void score(float[] particles, float[] score) {
    int d = dimensions();
    double[] x = new double[d];
    double[] logs = new double[weights.length];
    for (int i = 0; i < particles.length; i += d) {
      for (int c = 0; c < d; c++) {
        x[c] = particles[i + c];
        score[i + c] = 0;
      }
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < logs.length; k++) {
        logs[k] = log(k, x);
        most = Math.max(most, logs[k]);
      }
      double sum = 0;
      for (int k = 0; k < logs.length; k++) {
        logs[k] = Math.exp(logs[k] - most);
        sum += logs[k];
      }
      for (int k = 0; k < logs.length; k++) {
        double share = logs[k] / sum / (deviations[k] * deviations[k]);
        for (int c = 0; c < d; c++) {
          score[i + c] += (float) (share * (means[k][c] - x[c]));
        }
      }
    }
  }
}
