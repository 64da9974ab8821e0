package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.maxent.LongFit;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Same seed, same bits after a thousand steps; layers up to 64 units go another way than wider. */
class LongFitTest {
  @ParameterizedTest
  @ValueSource(ints = {24, 72})
  void sameBits(int hidden) {
    Needed.opencl();
    float[][] runs = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (Backend backend = Backends.open("opencl")) {
        runs[i] = LongFit.parameters(backend, hidden, 32, 1);
      }
    }
    assertArrayEquals(runs[0], runs[1]);
  }
}
