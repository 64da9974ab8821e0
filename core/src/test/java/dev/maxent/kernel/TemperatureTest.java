package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TemperatureTest {
  @ParameterizedTest
  @ValueSource(
      doubles = {
        -1,
        -1e-300,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        3.5e38
      })
  void refusesWhatIsNoTemperature(double alpha) {
    assertRefused(
        IllegalArgumentException.class,
        () -> Temperature.of(alpha),
        "temperature = " + alpha,
        "expected 0 or more and finite");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, Double.MIN_VALUE, 1e-45, 0.1, 1, Float.MAX_VALUE})
  void takesTheRest(double alpha) {
    Temperature temperature = Temperature.of(alpha);
    assertEquals(alpha, temperature.constant());
    assertNull(temperature.array());
    assertFalse(temperature.isPerRow());
    assertEquals(Double.toString(alpha), temperature.toString());
  }

  @Test
  void refusesNull() {
    assertRefused(NullPointerException.class, () -> Temperature.onDevice(null), "scalar");
    assertRefused(NullPointerException.class, () -> Temperature.perRow(null), "rows");
  }

  @Test
  void refersToArrays() {
    try (Backend backend = Backends.open("reference")) {
      DeviceArray array = backend.real(1f);
      Temperature scalar = Temperature.onDevice(array);
      assertSame(array, scalar.array());
      assertFalse(scalar.isPerRow());
      assertEquals("in REAL[1] of reference", scalar.toString());
      Temperature rows = Temperature.perRow(array);
      assertTrue(rows.isPerRow());
      assertEquals("per row in REAL[1] of reference", rows.toString());
      assertTrue(Double.isNaN(rows.constant()));
    }
  }
}
