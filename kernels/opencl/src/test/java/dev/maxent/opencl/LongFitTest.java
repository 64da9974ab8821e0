package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.LongFit;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.learn.Initialiser;
import dev.maxent.learn.QNetwork;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Same seed, same bits after a thousand steps; layers up to 64 units go another way than wider. */
class LongFitTest {
  @ParameterizedTest
  @ValueSource(ints = {24, 72})
  void sameBits(int hidden) {
    Needed.opencl();
    float[] one = fit(hidden, 1);
    assertArrayEquals(one, fit(hidden, 1));
    assertFalse(Arrays.equals(one, fit(hidden, 2)), "another seed has the same bits");
    for (float parameter : one) {
      assertTrue(Float.isFinite(parameter), "parameter " + parameter);
    }
    assertFalse(Arrays.equals(start(hidden), one), "nothing moved");
  }

  private static float[] fit(int hidden, long seed) {
    try (Backend backend = Backends.open("opencl")) {
      return LongFit.parameters(backend, hidden, 32, seed);
    }
  }

  /** Where {@link LongFit} starts with seed 1. */
  private static float[] start(int hidden) {
    NetworkShape shape = NetworkShape.of(3, hidden, hidden, 1).networks(2);
    try (Backend backend = Backends.open("opencl");
        QNetwork networks = QNetwork.random(backend, shape, Initialiser.XAVIER, 1)) {
      return networks.network().parameters().toFloats();
    }
  }
}
