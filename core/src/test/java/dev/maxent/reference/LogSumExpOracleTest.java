package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.Oracles;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** {@link SoftRow} against mpmath. */
class LogSumExpOracleTest {
  /** A few roundings of float64 on results that may themselves come from a cancellation. */
  private static final double RELATIVE = 4e-15;

  @TestFactory
  Stream<DynamicTest> cases() {
    return Oracles.read("log_sum_exp.json")
        .get("cases")
        .valueStream()
        .map(node -> dynamicTest(node.get("name").asText(), () -> check(node)));
  }

  private static void check(JsonNode node) {
    double[] q = Oracles.numbers(node.get("row"));
    double alpha = node.get("alpha").doubleValue();
    double weights = 0;
    int allowed = 0;
    SoftRow row = new SoftRow(0).begin(q.length);
    for (int k = 0; k < q.length; k++) {
      double logWeight = node.has("log_weights") ? node.get("log_weights").get(k).asDouble() : 0;
      if (node.has("mask") && !node.get("mask").get(k).booleanValue()) {
        row.exclude(k);
      } else {
        row.include(k, q[k], logWeight);
        weights += Math.exp(logWeight);
        allowed++;
      }
    }
    row.solve(alpha);
    close(node.get("V"), row.value(), "V");
    close(node.get("entropy"), row.entropy(), "entropy");
    close(node.get("expected_q"), row.expectedQ(), "expected_q");
    for (int k = 0; k < q.length; k++) {
      double p = node.get("softmax").get(k).doubleValue();
      // exp turns the rounding of its argument, which is about log p, into a relative error.
      double room = p == 0 ? 0 : RELATIVE * p * (1 - Math.log(p));
      assertEquals(p, row.probability(k), room, "softmax " + k);
      assertEquals(p, row.derivative(k), room, "derivative " + k);
      assertEquals(p, Math.exp(row.logProbability(k)), room, "log-probability " + k);
    }
    // The file divides by the number of columns, mellowmax by the sum of the weights.
    double shift = alpha * (Math.log(allowed) - Math.log(weights));
    double mellowmax = node.get("mellowmax").doubleValue() + shift;
    assertEquals(mellowmax, row.mellowmax(), RELATIVE * Math.abs(mellowmax), "mellowmax");
  }

  private static void close(JsonNode expected, double actual, String what) {
    double value = expected.doubleValue();
    assertEquals(value, actual, RELATIVE * Math.abs(value), what);
  }
}
