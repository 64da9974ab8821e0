package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.Oracles;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Importance-sampled soft values of continuous actions: with a fine grid as the sample and the
 * volume of a cell as the weight, log-sum-exp is the midpoint rule for α log ∫ exp(Q/α).
 */
class ContinuousValueTest {
  private static final int N = 20_000;
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private double[] valueAndExpectation(double reach, double alpha) {
    double[] q = new double[N];
    double cell = 2 * reach / N;
    for (int i = 0; i < N; i++) {
      double a = -reach + (i + 0.5) * cell;
      q[i] = -a * a / 2;
    }
    double[] logWeights = new double[N];
    // Uniform proposal on [−reach, reach], N samples: w = volume / N.
    java.util.Arrays.fill(logWeights, Math.log(2 * reach) - Math.log(N));
    DeviceArray value = backend.allocate(ElementType.REAL, 1);
    DeviceArray expectation = backend.allocate(ElementType.REAL, 1);
    backend
        .softValue()
        .policy(
            ActionValues.of(backend.real(q), 1, N).withLogWeights(backend.real(logWeights)),
            Temperature.of(alpha),
            PolicyOutputs.none().withValue(value).withExpectedQ(expectation));
    return new double[] {value.toDoubles()[0], expectation.toDoubles()[0]};
  }

  @Test
  void quadraticOnTheLine() {
    for (JsonNode node : Oracles.read("continuous_value.json").get("Q=-a^2/2 on R").get("cases")) {
      double alpha = node.get("alpha").doubleValue();
      // Twelve standard deviations: the rest of the line weighs below 1e-32, and the midpoint rule
      // on a smooth function that vanishes at both ends is exact to rounding.
      double[] found = valueAndExpectation(12 * Math.sqrt(alpha), alpha);
      double scale = 1e-12 * (1 + alpha);
      assertEquals(node.get("V").doubleValue(), found[0], scale, "V at " + alpha);
      assertEquals(node.get("E_Q").doubleValue(), found[1], scale, "E[Q] at " + alpha);
    }
  }

  @Test
  void quadraticOnTheBox() {
    JsonNode cases = Oracles.read("continuous_value.json").get("Q=-a^2/2 on [-1,1]").get("cases");
    for (JsonNode node : cases) {
      double alpha = node.get("alpha").doubleValue();
      double[] found = valueAndExpectation(1, alpha);
      // The midpoint rule errs by cell² / 24 times the jump of the slope at the ends, below 1e-8.
      assertEquals(node.get("V").doubleValue(), found[0], 1e-8, "V at " + alpha);
      assertEquals(node.get("E_Q").doubleValue(), found[1], 1e-8, "E[Q] at " + alpha);
    }
  }

  @Test
  void constantGivesLogVolume() {
    JsonNode volumes =
        Oracles.read("continuous_value.json")
            .get("Q=const c on [-1,1]^d")
            .get("c=0,alpha=1,d=1..4");
    for (int d = 1; d <= 4; d++) {
      DeviceArray weights = backend.real(new double[64]);
      double[] logWeights = new double[64];
      java.util.Arrays.fill(logWeights, d * Math.log(2) - Math.log(64));
      weights.upload(logWeights);
      DeviceArray value = backend.allocate(ElementType.REAL, 1);
      backend
          .softValue()
          .logSumExp(
              ActionValues.of(backend.real(new float[64]), 1, 64).withLogWeights(weights),
              Temperature.of(1),
              value);
      assertEquals(volumes.get(d - 1).doubleValue(), value.toDoubles()[0], 1e-14);
    }
  }
}
