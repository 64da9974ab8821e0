package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.Oracles;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Special rows: what SciPy, PyTorch and JAX return is what users expect. */
class ConventionsTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final double MAX = Double.MAX_VALUE;

  /** The rows behind the names in the file. */
  private static final Map<String, double[]> ROWS =
      Map.ofEntries(
          Map.entry("all -inf (3)", new double[] {-INF, -INF, -INF}),
          Map.entry("single -inf", new double[] {-INF}),
          Map.entry("one +inf", new double[] {0, INF, 1}),
          Map.entry("+inf and -inf", new double[] {INF, -INF}),
          Map.entry("all +inf", new double[] {INF, INF}),
          Map.entry("NaN among finite", new double[] {0, NAN, 1}),
          Map.entry("NaN and +inf", new double[] {NAN, INF}),
          Map.entry("NaN and -inf", new double[] {NAN, -INF}),
          Map.entry("some -inf", new double[] {-INF, 0, 0}),
          Map.entry("single finite", new double[] {3.5}),
          Map.entry("empty", new double[] {}),
          Map.entry("huge equal 1000,1000", new double[] {1000, 1000}),
          Map.entry("very negative -1000,-1000", new double[] {-1000, -1000}),
          Map.entry("0,-40", new double[] {0, -40}),
          Map.entry("0,-800", new double[] {0, -800}),
          Map.entry("max double,max double", new double[] {MAX, MAX}),
          Map.entry("f64 1e10 spread", new double[] {1e10, 1e-10}));

  private static final JsonNode FILE = Oracles.read("log_sum_exp_conventions.json");

  /** SciPy, not PyTorch or JAX, keeps the digits of 0, −40. */
  @TestFactory
  Stream<DynamicTest> values() {
    return FILE.get("value")
        .propertyStream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () ->
                    near(
                        Oracles.number(entry.getValue().get("scipy")),
                        solve(entry.getKey()).value(),
                        "V")));
  }

  /** JAX, not PyTorch, halves the gradient of two equal huge entries. */
  @TestFactory
  Stream<DynamicTest> gradients() {
    return FILE.get("grad")
        .propertyStream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () -> {
                  SoftRow row = solve(entry.getKey());
                  double[] expected = Oracles.numbers(entry.getValue().get("jax"));
                  for (int k = 0; k < expected.length; k++) {
                    near(expected[k], row.derivative(k), "derivative " + k);
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> softmax() {
    return FILE.get("logsoftmax_softmax")
        .propertyStream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () -> {
                  SoftRow row = solve(entry.getKey());
                  double[] p = Oracles.numbers(entry.getValue().get("jax softmax"));
                  for (int k = 0; k < p.length; k++) {
                    near(p[k], row.probability(k), "probability " + k);
                  }
                  if (entry.getValue().has("torch log_softmax")) {
                    double[] l = Oracles.numbers(entry.getValue().get("torch log_softmax"));
                    for (int k = 0; k < l.length; k++) {
                      near(l[k], row.logProbability(k), "log-probability " + k);
                    }
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> masked() {
    Map<String, SoftRow> rows =
        Map.of(
            "mask out nan", masked(1, NAN),
            "mask out +inf", masked(1, INF),
            "mask out 100", masked(0, 100),
            "all masked", allMasked());
    return FILE.get("where_jax")
        .propertyStream()
        .map(entry ->
            dynamicTest(
                entry.getKey(),
                () -> {
                  SoftRow row = rows.get(entry.getKey());
                  near(Oracles.number(entry.getValue().get("value")), row.value(), "V");
                  double[] gradient = Oracles.numbers(entry.getValue().get("grad"));
                  for (int k = 0; k < gradient.length; k++) {
                    near(gradient[k], row.derivative(k), "derivative " + k);
                  }
                }));
  }

  private static SoftRow masked(double seen, double hidden) {
    SoftRow row = new SoftRow(2).begin(2);
    row.include(0, seen, 0);
    row.include(1, hidden, 0);
    row.exclude(1);
    return row.solve(1);
  }

  private static SoftRow allMasked() {
    SoftRow row = new SoftRow(2).begin(2);
    row.exclude(0);
    row.exclude(1);
    return row.solve(1);
  }

  private static SoftRow solve(String name) {
    double[] q = ROWS.get(name);
    SoftRow row = new SoftRow(4).begin(q.length);
    for (int k = 0; k < q.length; k++) {
      row.include(k, q[k], 0);
    }
    return row.solve(1);
  }

  private static void near(double expected, double actual, String what) {
    if (Double.isFinite(expected)) {
      // PyTorch and JAX round log π of 0, −40 to 0 where the truth is −4e-18.
      assertEquals(expected, actual, 1e-15 * Math.abs(expected) + 1e-17, what);
    } else {
      assertEquals(expected, actual, what);
    }
  }
}
