package dev.maxent;

import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;

/** A direction of one set of particles, for counting the memory that it takes. */
public final class SteinMemory {
  private static final Bandwidth MEDIAN = Bandwidth.of(Bandwidth.Rule.LIU_WANG);

  private SteinMemory() {}

  /**
   * Computes bandwidth and direction of n particles, normal with random scores.
   *
   * @param backend where
   * @param n particles
   * @param d coordinates
   * @param started runs when the arguments are there
   * @param done runs when the result is, before anything is closed
   */
  public static void direction(Backend backend, int n, int d, Runnable started, Runnable done) {
    try (RandomState random = RandomState.of(backend, 1);
        DeviceArray x = backend.allocate(REAL, (long) n * d);
        DeviceArray score = backend.allocate(REAL, (long) n * d);
        DeviceArray phi = backend.allocate(REAL, (long) n * d)) {
      backend.random().normal(random, x);
      backend.random().normal(random, score);
      backend.finish();
      Particles p = new Particles(x, 1, n, d);
      started.run();
      backend.stein().direction(p, score, p, SteinKernel.rbf(), MEDIAN, Temperature.of(1), phi);
      backend.finish();
      done.run();
    }
  }
}
