package dev.maxent.reference;

import dev.maxent.kernel.Bandwidth;
import java.util.Arrays;

/** The bandwidth rules; here by sorting all squared distances of a state. */
public final class SteinMedian {
  /** Distances that are sorted at most. */
  private static final long MOST = 1L << 27;

  private SteinMedian() {}

  /**
   * The bandwidth that a rule gives.
   *
   * @param x n source particles of d coordinates
   * @param y target particles; only {@link Bandwidth.Rule#SQL_REFERENCE} looks at them
   * @param d coordinates per particle
   * @param bandwidth a rule
   * @return h
   */
  public static double bandwidth(double[] x, double[] y, int d, Bandwidth bandwidth) {
    int n = x.length / d;
    if (n == 1) {
      return 1;
    }
    double[] squares =
        switch (bandwidth.rule()) {
          case LIU_WANG, PLAIN_MEDIAN -> pairs(x, d);
          case DILINWANG, NUMPYRO, SQL_PAPER -> all(x, d);
          case SQL_REFERENCE -> cross(x, y, d);
        };
    Arrays.sort(squares);
    double low = squares[(squares.length - 1) / 2];
    double high = squares[squares.length / 2];
    return bandwidth(bandwidth, n, low, high);
  }

  /**
   * The bandwidth from the two squared distances in the middle.
   *
   * @param bandwidth a rule
   * @param n source particles, 2 or more
   * @param low the middle one, or the lower of two
   * @param high the middle one, or the upper of two
   * @return h
   */
  public static double bandwidth(Bandwidth bandwidth, int n, double low, double high) {
    double distance = (Math.sqrt(low) + Math.sqrt(high)) / 2;
    double square = (low + high) / 2;
    return switch (bandwidth.rule()) {
      case LIU_WANG -> atLeast(distance * distance / Math.log(n));
      case DILINWANG -> atLeast(square / Math.log1p(n));
      case NUMPYRO -> atLeast(distance * distance / Math.log(n) + bandwidth.epsilon());
      case SQL_PAPER -> atLeast(distance / (2 * Math.log1p(n)));
      case SQL_REFERENCE -> Math.max(low / Math.log(n), Bandwidth.LEAST_SQL_REFERENCE);
      case PLAIN_MEDIAN -> atLeast(square);
    };
  }

  private static double atLeast(double h) {
    return Math.max(h, Bandwidth.LEAST);
  }

  private static double[] pairs(double[] x, int d) {
    int n = x.length / d;
    double[] squares = allocate((long) n * (n - 1) / 2);
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        squares[at++] = square(x, i, x, j, d);
      }
    }
    return squares;
  }

  private static double[] all(double[] x, int d) {
    return cross(x, x, d);
  }

  private static double[] cross(double[] x, double[] y, int d) {
    int n = x.length / d;
    int m = y.length / d;
    double[] squares = allocate((long) n * m);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        squares[i * m + j] = square(x, i, y, j, d);
      }
    }
    return squares;
  }

  private static double[] allocate(long count) {
    if (count > MOST) {
      throw new UnsupportedOperationException(
          count + " distances: the reference sorts at most " + MOST + "; use cpu");
    }
    return new double[(int) count];
  }

  /**
   * ‖x − y‖².
   *
   * @param x particles
   * @param i which
   * @param y particles
   * @param j which
   * @param d coordinates per particle
   * @return the sum of squared differences
   */
  public static double square(double[] x, int i, double[] y, int j, int d) {
    double sum = 0;
    for (int k = 0; k < d; k++) {
      double delta = x[i * d + k] - y[j * d + k];
      sum += delta * delta;
    }
    return sum;
  }
}
