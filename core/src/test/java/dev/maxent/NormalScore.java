package dev.maxent;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.Score;

/**
 * The score of N(m, v I) by a kernel on the device: −(y − m)/v in the precision of the backend. The
 * linear kernel's direction without entropy, 1/d Σ<sub>j</sub> (x<sub>j</sub>·y + 1) s<sub>j</sub>,
 * is that for x<sub>j</sub> = −e<sub>j</sub>/m and s<sub>j</sub> = e<sub>j</sub> d m/v. Every state
 * has the same variance and its own m, which is not 0 and the same in each coordinate.
 */
public final class NormalScore implements Score, AutoCloseable {
  private static final Bandwidth UNUSED = Bandwidth.of(1);
  private static final Temperature NONE = Temperature.of(0);

  private final DeviceArray points;
  private final DeviceArray weights;
  private final Particles source;

  /**
   * Makes it.
   *
   * @param backend where
   * @param dimensions d
   * @param variance v
   * @param means m of each state
   */
  public NormalScore(Backend backend, int dimensions, double variance, double... means) {
    double[] x = new double[means.length * dimensions * dimensions];
    double[] s = new double[x.length];
    for (int b = 0; b < means.length; b++) {
      for (int j = 0; j < dimensions; j++) {
        int at = (b * dimensions + j) * dimensions + j;
        x[at] = -1 / means[b];
        s[at] = dimensions * means[b] / variance;
      }
    }
    points = backend.real(x);
    weights = backend.real(s);
    source = new Particles(points, means.length, dimensions, dimensions);
  }

  @Override
  public void score(Backend backend, Particles particles, DeviceArray score) {
    backend
        .stein()
        .direction(source, weights, particles, SteinKernel.linear(), UNUSED, NONE, score);
  }

  @Override
  public void close() {
    points.close();
    weights.close();
  }
}
