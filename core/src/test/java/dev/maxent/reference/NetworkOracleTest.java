package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.NetworkFixture;
import dev.maxent.Oracles;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What PyTorch computes in float64, see {@code oracles/README.md}. */
class NetworkOracleTest {
  /** Some hundred roundings of 2⁻⁵³ of numbers of order 1, at both ends. */
  private static final double CLOSE = 1e-13;

  /** Adam divides by √v̂, which may be a hundredth of what the gradient's terms are. */
  private static final double CLOSE_AFTER_STEPS = 1e-11;

  /** The oracle's learning rate ends after three steps. */
  private static final int SCHEDULED = 3;

  @TestFactory
  List<DynamicTest> agreesWithPyTorch() {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : Oracles.read("network.json").get("cases")) {
      String name = c.get("widths") + " " + c.get("activation") + " norm " + c.get("layerNorm");
      tests.add(dynamicTest(name, () -> check(c)));
    }
    assertEquals(9, tests.size());
    return tests;
  }

  private static void check(JsonNode c) {
    int[] widths = new int[c.get("widths").size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = c.get("widths").get(i).intValue();
    }
    NetworkShape shape =
        NetworkShape.of(widths)
            .activation(Activation.valueOf(c.get("activation").asText().toUpperCase(Locale.ROOT)))
            .layerNorm(c.get("layerNorm").booleanValue());
    try (Backend backend = Backends.open("reference");
        NetworkFixture fixture = new NetworkFixture(backend, shape, numbers(c, "parameters"))) {
      NetworkInputs x = fixture.shared(numbers(c, "x"));
      assertClose(c, "y", fixture.forward(x), CLOSE);
      double[][] gradients = fixture.backward(x, numbers(c, "upstream"));
      assertClose(c, "parameterGradient", gradients[0], CLOSE);
      assertClose(c, "inputGradient", gradients[1], CLOSE);
      Training training = training(c, fixture);
      boolean weighted = c.get("weighted").booleanValue();
      for (int step = 0; step < c.get("steps").intValue(); step++) {
        fixture.step(
            x,
            numbers(c, "t"),
            b -> weighted ? b.withWeights(fixture.real(numbers(c, "w"))) : b,
            training);
        double norm = fixture.gradientNorm.toDoubles()[0];
        assertEquals(c.get("losses").get(step).doubleValue(), fixture.loss.toDoubles()[0], CLOSE);
        assertEquals(c.get("norms").get(step).doubleValue(), norm, CLOSE_AFTER_STEPS);
      }
      assertClose(c, "after", fixture.parameters(), CLOSE_AFTER_STEPS);
      assertClose(c, "firstMoment", fixture.firstMoment.toDoubles(), CLOSE_AFTER_STEPS);
      assertClose(c, "secondMoment", fixture.secondMoment.toDoubles(), CLOSE_AFTER_STEPS);
      if (training.target() != null) {
        assertClose(c, "target", fixture.target.toDoubles(), CLOSE_AFTER_STEPS);
      }
      assertEquals(c.get("steps").intValue(), fixture.step.toInts()[0]);
      assertEquals(0, fixture.nonFinite.toInts()[0]);
    }
  }

  private static Training training(JsonNode c, NetworkFixture fixture) {
    double rate = c.get("rate").doubleValue();
    Schedule schedule =
        c.get("endRate").isNull()
            ? Schedule.constant(rate)
            : Schedule.linear(rate, c.get("endRate").doubleValue(), SCHEDULED);
    AdamSettings adam =
        AdamSettings.of(schedule)
            .withWeightDecay(c.get("decay").doubleValue())
            .withMaxGradientNorm(c.get("clip").doubleValue());
    Training training = fixture.training(adam);
    if (!c.get("delta").isNull()) {
      training = training.withLoss(Loss.huber(c.get("delta").doubleValue()));
    }
    return c.get("tau").isNull()
        ? training
        : training.withTarget(TargetUpdate.polyak(c.get("tau").doubleValue()), fixture.target);
  }

  private static double[] numbers(JsonNode c, String name) {
    return Oracles.numbers(c.get(name));
  }

  private static void assertClose(JsonNode c, String name, double[] actual, double tolerance) {
    double[] expected = numbers(c, name);
    assertEquals(expected.length, actual.length, name);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])), name + i);
    }
  }
}
