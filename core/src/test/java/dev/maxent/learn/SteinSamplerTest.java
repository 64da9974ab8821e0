package dev.maxent.learn;

import static dev.maxent.Refusal.assertRefused;
import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.LiuWangMixture;
import dev.maxent.NormalScore;
import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.Transfers;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.SteinSampler.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run does, tells, refuses and finds; where it ends is in {@link SteinConvergenceTest}. */
class SteinSamplerTest {
  private static final Score ZERO = (_, _, _) -> {};

  private static Settings steps(int steps) {
    return Settings.of(StepRule.adaGrad(0.1), steps).withSeed(5);
  }

  /** Samples two states of three particles in two dimensions. */
  private static float[] sample(Backend backend, Settings settings) {
    try (DeviceArray x = backend.allocate(REAL, 12);
        NormalScore score = new NormalScore(backend, 2, 1, 1, -2);
        SteinSampler sampler = new SteinSampler(score, new Particles(x, 2, 3, 2), settings)) {
      sampler.drawNormal(1, 0).run();
      return x.toFloats();
    }
  }

  @Test
  void liuWangMixtureOnReference() {
    try (Backend backend = Backends.open("reference")) {
      LiuWangMixture.check(backend, 1);
    }
  }

  @Test
  void liuWangMixtureOnCpu() {
    try (Backend backend = Backends.open("cpu")) {
      for (long seed = 1; seed <= 3; seed++) {
        LiuWangMixture.check(backend, seed);
      }
    }
  }

  @OnTestedBackends
  void sameSeedGivesSameBits(String id) {
    try (Backend one = Backends.open(id);
        Backend other = Backends.open(id)) {
      float[] expected = sample(one, steps(20));
      assertArrayEquals(expected, sample(one, steps(20)));
      assertArrayEquals(expected, sample(other, steps(20)));
      float[] different = sample(one, steps(20).withSeed(6));
      assertFalse(Arrays.equals(expected, different));
    }
  }

  /** One state does what it does alone: the other one here is NaN. */
  @OnTestedBackends
  void statesAreIndependent(String id) {
    try (Backend backend = Backends.open(id);
        DeviceArray both = backend.real(1, 2, Float.NaN, 3);
        DeviceArray alone = backend.real(1, 2);
        NormalScore scoreOfBoth = new NormalScore(backend, 1, 1, 5, 6);
        NormalScore scoreAlone = new NormalScore(backend, 1, 1, 5);
        SteinSampler one = new SteinSampler(scoreOfBoth, new Particles(both, 2, 2, 1), steps(50));
        SteinSampler two = new SteinSampler(scoreAlone, new Particles(alone, 1, 2, 1), steps(50))) {
      one.run();
      two.run();
      double[] found = both.toDoubles();
      assertArrayEquals(alone.toDoubles(), Arrays.copyOf(found, 2));
      assertTrue(Double.isNaN(found[2]) && Double.isNaN(found[3]), () -> Arrays.toString(found));
    }
  }

  @OnTestedBackends
  void anotherRunGoesOn(String id) {
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.allocate(REAL, 12);
        NormalScore score = new NormalScore(backend, 2, 1, 1, -2);
        SteinSampler sampler = new SteinSampler(score, new Particles(x, 2, 3, 2), steps(10))) {
      sampler.drawNormal(1, 0).run();
      sampler.run();
      assertEquals(20, sampler.stepsTaken());
      assertArrayEquals(sample(backend, steps(20)), x.toFloats());
    }
  }

  @OnTestedBackends
  void drawsEachCoordinateAroundItsMean(String id) {
    int count = 4000;
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.allocate(REAL, 2L * count);
        SteinSampler sampler = new SteinSampler(ZERO, new Particles(x, 1, count, 2), steps(0))) {
      double[] drawn = new double[2 * count];
      sampler.drawNormal(3, 10, -20);
      x.download(drawn);
      double[] means = new double[2];
      double square = 0;
      for (int i = 0; i < drawn.length; i++) {
        means[i % 2] += drawn[i] / count;
        square += Math.pow(drawn[i] - (i % 2 == 0 ? 10 : -20), 2) / drawn.length;
      }
      // Five deviations of a mean of 4000, and of a mean of 8000 squares.
      assertEquals(10, means[0], 5 * 3 / Math.sqrt(count));
      assertEquals(-20, means[1], 5 * 3 / Math.sqrt(count));
      assertEquals(9, square, 5 * 9 * Math.sqrt(1.0 / count));
      sampler.drawNormal(0, 7);
      assertEquals(7, Arrays.stream(x.toDoubles()).min().orElseThrow());
      assertEquals(7, Arrays.stream(x.toDoubles()).max().orElseThrow());
    }
  }

  @OnTestedBackends
  void tellsProgress(String id) {
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.real(1, 2);
        SteinSampler sampler = new SteinSampler(ZERO, new Particles(x, 1, 2, 1), steps(10))) {
      List<String> told = new ArrayList<>();
      Transfers before = backend.transfers();
      sampler.run(4, (step, total) -> told.add(step + "/" + total));
      sampler.run(5, (step, total) -> told.add(step + "/" + total));
      assertEquals(List.of("4/10", "8/10", "10/10", "5/10", "10/10"), told);
      assertEquals(before, backend.transfers(), "something crossed between host and device");
    }
  }

  @OnTestedBackends
  void hostScoreCrossesOnceEachWay(String id) {
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.real(1, 2);
        SteinSampler sampler =
            new SteinSampler(Score.onHost((_, _) -> {}), new Particles(x, 1, 2, 1), steps(10))) {
      Transfers before = backend.transfers();
      sampler.run();
      assertEquals(new Transfers(10, 80, 10, 80), backend.transfers().since(before));
    }
  }

  @OnTestedBackends
  void findsWhereNumbersEnd(String id) {
    int[] calls = {0};
    Score spoilt =
        Score.onHost((_, score) -> {
          Arrays.fill(score, 0);
          score[7] = ++calls[0] == 4 ? Float.NEGATIVE_INFINITY : 1;
        });
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.real(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        SteinSampler checked =
            new SteinSampler(spoilt, new Particles(x, 2, 3, 2), steps(9).withCheckFinite(1))) {
      NonFiniteParticleException found =
          assertThrows(NonFiniteParticleException.class, checked::run);
      assertEquals(
          "the score is -Infinity at state 1, particle 0, coordinate 1, after 3 steps: expected"
              + " finite numbers",
          found.getMessage());
      assertEquals(3, found.step());
      assertEquals(1, found.state());
      assertEquals(0, found.particle());
      try (SteinSampler seldom =
              new SteinSampler(spoilt, new Particles(x, 2, 3, 2), steps(9).withCheckFinite(5));
          SteinSampler never = new SteinSampler(spoilt, new Particles(x, 2, 3, 2), steps(9))) {
        never.checkFinite();
        calls[0] = 0;
        found = assertThrows(NonFiniteParticleException.class, seldom::run);
        assertEquals(5, found.step());
        assertEquals(1, found.state());
        never.run();
        found = assertThrows(NonFiniteParticleException.class, never::checkFinite);
        assertTrue(found.getMessage().startsWith("the particle is NaN at state 1, particle 0"));
      }
    }
  }

  /** What happens in the last step is found as well. */
  @OnTestedBackends
  void checksTheEnd(String id) {
    int[] calls = {0};
    Score spoilt = Score.onHost((_, score) -> Arrays.fill(score, ++calls[0] == 2 ? 3e38f : 1));
    Settings settings =
        Settings.of(StepRule.plain(1e38), 2).withTemperature(Temperature.of(0)).withCheckFinite(1);
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.real(0, 1);
        SteinSampler sampler = new SteinSampler(spoilt, new Particles(x, 1, 2, 1), settings)) {
      if (id.equals("reference")) {
        sampler.run(); // float64 holds it
      } else {
        NonFiniteParticleException found =
            assertThrows(NonFiniteParticleException.class, sampler::run);
        assertEquals(2, found.step());
      }
    }
  }

  @OnTestedBackends
  @SuppressWarnings("try") // closes early to see what follows
  void refusesBadArguments(String id) {
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    assertRefused(illegal, () -> steps(-1), "steps = -1: expected 0 or more");
    assertRefused(illegal, () -> steps(1).withCheckFinite(-1), "checkFinite = -1");
    assertRefused(NullPointerException.class, () -> Settings.of(null, 1), "rule");
    assertRefused(illegal, () -> StepRule.plain(-1), "rate = -1.0");
    assertRefused(illegal, () -> StepRule.adaGrad(Double.NaN), "rate = NaN");
    assertRefused(illegal, () -> StepRule.adam(0.1, 1, 0.9, 1e-8), "meanDecay = 1.0");
    try (Backend backend = Backends.open(id);
        DeviceArray x = backend.real(1, 2, 3, 4);
        SteinSampler sampler = new SteinSampler(ZERO, new Particles(x, 1, 2, 2), steps(1))) {
      assertRefused(
          illegal,
          () -> new SteinSampler(ZERO, new Particles(x, 1, 3, 2), steps(1)),
          "particles is REAL[4]",
          "expected REAL[6]");
      assertRefused(
          illegal, () -> new SteinSampler(ZERO, new Particles(x, 4, 0, 1), steps(1)), ".count = 0");
      Particles two = new Particles(x, 2, 1, 2);
      assertRefused(
          illegal,
          () -> new SteinSampler(ZERO, two, steps(1).withTemperature(Temperature.perRow(x))),
          "temperature is REAL[4]",
          "expected REAL[2]");
      assertRefused(
          illegal,
          () ->
              new SteinSampler(
                  ZERO, two, steps(1).withKernel(SteinKernel.rbf(), Bandwidth.perState(x))),
          "bandwidth is REAL[4]",
          "expected REAL[2]");
      assertRefused(
          NullPointerException.class,
          () -> new SteinSampler(null, new Particles(x, 4, 1, 1), steps(1)),
          "score");
      assertRefused(illegal, () -> sampler.run(0, (_, _) -> {}), "every = 0: expected 1 or more");
      assertRefused(illegal, () -> sampler.drawNormal(-1, 0), "deviation = -1.0");
      assertRefused(
          illegal, () -> sampler.drawNormal(1, 1, 2, 3), "mean.length = 3", "expected 1", "= 2");
      for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e39}) {
        assertRefused(illegal, () -> sampler.drawNormal(1, 0, bad), "mean[1] = " + bad, "finite");
      }
      assertArrayEquals(new float[] {1, 2, 3, 4}, x.toFloats());
      sampler.close();
      assertRefused(IllegalStateException.class, sampler::run, "score is closed");
    }
  }
}
