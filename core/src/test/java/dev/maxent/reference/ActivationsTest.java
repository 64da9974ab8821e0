package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.kernel.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationsTest {

  /** Φ by mpmath with 40 digits. */
  @ParameterizedTest
  @CsvSource({
    "-12, 1.776482112077679e-33",
    "-5, 2.866515718791939e-07",
    "-3, 0.0013498980316300946",
    "-2.9, 0.0018658133003840384",
    "-2.8, 0.0025551303304279342",
    "-1, 0.15865525393145705",
    "-0.5, 0.3085375387259869",
    "-0.001, 0.49960105778608893",
    "0, 0.5",
    "1e-8, 0.5000000039894228",
    "0.3, 0.6179114221889527",
    "1, 0.8413447460685429",
    "2.8, 0.997444869669572",
    "2.9, 0.998134186699616",
    "4, 0.9999683287581669",
    "9, 1.0"
  })
  void normalDistribution(double z, double expected) {
    // Terms of e^(-x²) are off by x² roundings, 1 - erf by one of 1 where it is 0.005.
    assertEquals(expected, Activations.normal(z), 1e-13 * expected);
    assertEquals(z * expected, Activations.value(Activation.GELU, z), 1e-13 * Math.abs(z));
  }

  @ParameterizedTest
  @EnumSource
  void slopeIsDerivative(Activation activation) {
    double h = 1e-5;
    for (double z = -9.7; z < 10; z += 0.37) {
      double difference =
          Activations.value(activation, z + h) - Activations.value(activation, z - h);
      assertEquals(difference / (2 * h), Activations.slope(activation, z), 1e-9, "at " + z);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsNan(Activation activation) {
    assertTrue(Double.isNaN(Activations.value(activation, Double.NaN)));
    if (activation != Activation.IDENTITY) {
      assertTrue(Double.isNaN(Activations.slope(activation, Double.NaN)));
    }
  }

  @Test
  void reluIsFlatAtZero() {
    assertEquals(0, Activations.slope(Activation.RELU, 0));
    assertEquals(0, Activations.slope(Activation.RELU, -1));
    assertEquals(0, Activations.value(Activation.RELU, -3));
    assertEquals(3, Activations.value(Activation.RELU, 3));
  }
}
