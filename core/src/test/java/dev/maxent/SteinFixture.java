package dev.maxent;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;

/** One state of SVGD from arrays to arrays. */
public final class SteinFixture {
  private SteinFixture() {}

  /** φ at y. */
  public static double[] direction(
      Backend backend,
      double[] x,
      double[] score,
      double[] y,
      int d,
      SteinKernel kernel,
      Bandwidth bandwidth,
      double alpha) {
    try (DeviceArray source = backend.real(x);
        DeviceArray scores = backend.real(score);
        DeviceArray target = backend.real(y);
        DeviceArray out = backend.allocate(ElementType.REAL, y.length)) {
      Particles from = new Particles(source, 1, x.length / d, d);
      Particles to = new Particles(target, 1, y.length / d, d);
      backend.stein().direction(from, scores, to, kernel, bandwidth, Temperature.of(alpha), out);
      return out.toDoubles();
    }
  }

  /** h of one state. */
  public static double bandwidth(
      Backend backend, double[] x, double[] y, int d, Bandwidth bandwidth) {
    try (DeviceArray source = backend.real(x);
        DeviceArray target = backend.real(y);
        DeviceArray out = backend.allocate(ElementType.REAL, 1)) {
      Particles from = new Particles(source, 1, x.length / d, d);
      Particles to = new Particles(target, 1, y.length / d, d);
      backend.stein().bandwidths(from, to, bandwidth, out);
      return out.toDoubles()[0];
    }
  }

  /** The squared discrepancy of one state. */
  public static double discrepancy(
      Backend backend, double[] x, double[] score, int d, SteinKernel kernel, Bandwidth bandwidth) {
    try (DeviceArray source = backend.real(x);
        DeviceArray scores = backend.real(score);
        DeviceArray out = backend.allocate(ElementType.REAL, 1)) {
      Particles from = new Particles(source, 1, x.length / d, d);
      backend.stein().discrepancy(from, scores, kernel, bandwidth, out);
      return out.toDoubles()[0];
    }
  }
}
