package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.LongFit;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Same seed, same bits after a thousand steps, whatever the number of threads. */
class LongFitTest {
  @Test
  void cpu() {
    for (String loops : Bits.loops()) {
      // Large enough for a second thread, and for several chunks of rows.
      float[] one = fit(loops, 1, 1);
      assertArrayEquals(one, fit(loops, 2, 1), loops);
      assertArrayEquals(one, fit(loops, 2, 1), loops);
      assertFalse(Arrays.equals(one, fit(loops, 2, 2)), loops);
    }
  }

  private static float[] fit(String loops, int threads, long seed) {
    try (Backend backend = Bits.open(loops, threads)) {
      float[] parameters = LongFit.parameters(backend, 48, 256, seed);
      for (float p : parameters) {
        assertTrue(Float.isFinite(p));
      }
      return parameters;
    }
  }

  @Test
  void reference() {
    float[][] runs = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (Backend backend = Backends.open("reference")) {
        runs[i] = LongFit.parameters(backend, 12, 16, 1);
      }
    }
    assertArrayEquals(runs[0], runs[1]);
  }
}
