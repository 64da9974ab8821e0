package dev.maxent;

import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Particles;
import dev.maxent.learn.Score;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.SteinSampler.Settings;
import dev.maxent.learn.StepRule;

/**
 * The one-dimensional example of Liu and Wang 2016, figure 1: ⅓ N(−2, 1) + ⅔ N(2, 1), whose mean is
 * ⅔ and E[x²] = 5, from particles that start at N(−10, 1), where there is next to no density.
 */
public final class LiuWangMixture {
  private static final int PARTICLES = 200;

  /**
   * AdaGrad, as in the paper. It divides by all that a particle has seen of φ, which is large where
   * they start, so its steps are short once they have arrived, while a tenth of them still has to
   * cross from one mode to the other. The mean over steps for seed 1 is −0.80 after 80 steps, 0.31
   * after 240, 0.58 after 480 and 0.66 after 800; with rate 1 it takes 5,000.
   */
  private static final Settings SETTINGS = Settings.of(StepRule.adaGrad(2), 800);

  private LiuWangMixture() {}

  private static void score(float[] x, float[] score) {
    for (int i = 0; i < x.length; i++) {
      // The share of the left one in the density; the right one's over it is 2 exp(4x).
      double left = 1 / (1 + 2 * Math.exp(4.0 * x[i]));
      score[i] = (float) (2 - x[i] - 4 * left);
    }
  }

  /**
   * Samples it and checks what is known of it.
   *
   * @param backend where
   * @param seed of the start
   */
  public static void check(Backend backend, long seed) {
    try (DeviceArray x = backend.allocate(REAL, PARTICLES);
        SteinSampler sampler =
            new SteinSampler(
                Score.onHost(LiuWangMixture::score),
                new Particles(x, 1, PARTICLES, 1),
                SETTINGS.withSeed(seed))) {
      sampler.drawNormal(1, -10);
      // Six deviations of the mean of 200 draws, 0.071, and of their squares, 20/√200 = 1.42.
      assertMoments(x.toDoubles(), -10, 0.42, 101, 8.6, "start, seed " + seed);
      sampler.run();
      assertMoments(x.toDoubles(), 2.0 / 3, 0.05, 5, 0.15, "end, seed " + seed);
    }
  }

  private static void assertMoments(
      double[] x, double mean, double within, double square, double squareWithin, String what) {
    double sum = 0;
    double squares = 0;
    for (double value : x) {
      sum += value;
      squares += value * value;
    }
    assertEquals(mean, sum / x.length, within, what);
    assertEquals(square, squares / x.length, squareWithin, what);
  }
}
