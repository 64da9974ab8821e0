package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.LiuWangMixture;
import dev.maxent.NormalScore;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.backend.Transfers;
import dev.maxent.kernel.Particles;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.StepRule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sampler on a device; what it does on any backend is tested in core. */
class SteinSamplerTest {
  @BeforeEach
  void needsOpenCl() {
    Needed.opencl();
  }

  @Test
  void liuWangMixture() {
    try (Backend backend = Backends.open("opencl")) {
      LiuWangMixture.check(backend, 1);
    }
  }

  /** Nothing crosses while it runs, and each seed has its bits. */
  @Test
  void staysOnTheDevice() {
    float[][] runs = new float[2][];
    for (int i = 0; i < runs.length; i++) {
      try (Backend backend = Backends.open("opencl");
          DeviceArray x = backend.allocate(ElementType.REAL, 12);
          NormalScore score = new NormalScore(backend, 2, 1, 1, -2);
          SteinSampler sampler =
              new SteinSampler(
                  score,
                  new Particles(x, 2, 3, 2),
                  SteinSampler.Settings.of(StepRule.adam(0.1), 20).withSeed(3))) {
        sampler.drawNormal(1, 0);
        Transfers before = backend.transfers();
        sampler.run();
        assertEquals(before, backend.transfers());
        runs[i] = x.toFloats();
      }
    }
    assertArrayEquals(runs[0], runs[1]);
  }
}
