package dev.maxent;

import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.Temperature;

/** Rows at the edges of float32, with what they give by hand; for tests of any backend. */
public final class SoftValueExtremes {
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private final Backend backend;

  private SoftValueExtremes(Backend backend) {
    this.backend = backend;
  }

  /** What every backend owes. */
  public static void check(Backend backend) {
    SoftValueExtremes rows = new SoftValueExtremes(backend);
    rows.meansNearOne();
    rows.largeTemperatures();
    rows.infiniteGradients();
    rows.targetsWithoutDiscount();
  }

  /** What host backends owe beyond that. */
  public static void checkHost(Backend backend) {
    SoftValueExtremes rows = new SoftValueExtremes(backend);
    rows.farApart();
    rows.smallTemperatures();
    rows.targetsOfHugeValues();
  }

  /** A call that writes one array. */
  private interface Call {
    void run(DeviceArray out);
  }

  private void expect(String what, double[] expected, Call call) {
    try (DeviceArray out = backend.allocate(REAL, expected.length)) {
      call.run(out);
      double[] got = out.toDoubles();
      for (int i = 0; i < expected.length; i++) {
        // Two units in the last place, and what is not normal any more.
        double tolerance = Math.abs(expected[i]) * 0x1p-22 + Float.MIN_NORMAL;
        String message = what + "[" + i + "] on " + backend.info().id();
        assertArrayEquals(
            new double[] {expected[i]},
            new double[] {got[i]},
            Double.isFinite(tolerance) ? tolerance : 0,
            message);
      }
    }
  }

  private static double[] numbers(double... values) {
    return values;
  }

  private ActionValues row(float... q) {
    return ActionValues.of(backend.real(q), 1, q.length);
  }

  /** Excluded columns must not cost what is left of e − 1 its digits. */
  private void meansNearOne() {
    DeviceArray mask = backend.bytes((byte) 1, (byte) 1, (byte) 0);
    ActionValues two = row(1, 2, 9).withMask(mask);
    // Mean 1.5 and variance 1/4: 1.5 + 1/(8 α).
    mean("masked", 1.5 + 1 / 8e6, two, 1e6);
    mean("masked, nearly uniform", 1.5, two, 1e20);
    mean("one of them -inf", 1 - Math.log(2), row(-INFINITY, 1, 9).withMask(mask), 1);
    float[] q = new float[256];
    byte[] some = new byte[256];
    for (int k = 0; k < 100; k++) {
      some[k] = 1;
    }
    q[7] = -INFINITY;
    q[200] = -INFINITY;
    mean("one of 100", Math.log1p(-0.01), row(q).withMask(backend.bytes(some)), 1);
    q[200] = 3;
    mean(
        "one of 100, another excluded", Math.log1p(-0.01), row(q).withMask(backend.bytes(some)), 1);
  }

  private void mean(String what, double expected, ActionValues q, double alpha) {
    Temperature temperature = Temperature.of(alpha);
    expect(what, numbers(expected), out -> backend.softValue().mellowmax(q, temperature, out));
  }

  private void largeTemperatures() {
    DeviceArray mask = backend.bytes((byte) 1, (byte) 1, (byte) 1, (byte) 0);
    for (double alpha : new double[] {1e20, 3e36, 4e36, 1e38}) {
      Temperature temperature = Temperature.of(alpha);
      double[] value = {alpha * Math.log(3)};
      ActionValues three = row(1, 2, 3);
      ActionValues masked = row(1, 2, 3, 4).withMask(mask);
      expect("V", value, out -> backend.softValue().logSumExp(three, temperature, out));
      expect("masked V", value, out -> backend.softValue().logSumExp(masked, temperature, out));
      policy(masked, alpha, numbers(1 / 3.0, 1 / 3.0, 1 / 3.0, 0), null);
    }
    try (DeviceArray weights = backend.real(0, 0)) {
      ActionValues weighted = row(3e38f, -3e38f).withLogWeights(weights);
      expected("E[Q] of weighted rows", 3e38f, weighted, 1);
      expected("E[Q]", 3e38f, row(3e38f, -3e38f), 1);
    }
  }

  private void policy(ActionValues q, double alpha, double[] probabilities, double[] logs) {
    Temperature temperature = Temperature.of(alpha);
    expect(
        "pi",
        probabilities,
        out ->
            backend
                .softValue()
                .policy(q, temperature, PolicyOutputs.none().withProbabilities(out)));
    if (logs != null) {
      expect(
          "log pi",
          logs,
          out ->
              backend
                  .softValue()
                  .policy(q, temperature, PolicyOutputs.none().withLogProbabilities(out)));
    }
  }

  private void expected(String what, double expected, ActionValues q, double alpha) {
    Temperature temperature = Temperature.of(alpha);
    expect(
        what,
        numbers(expected),
        out -> backend.softValue().policy(q, temperature, PolicyOutputs.none().withExpectedQ(out)));
  }

  private void infiniteGradients() {
    Temperature one = Temperature.of(1);
    for (float upstream : new float[] {INFINITY, -INFINITY}) {
      DeviceArray up = backend.real(upstream);
      expect(
          "gradient",
          numbers(upstream, upstream),
          out -> backend.softValue().logSumExpGradient(row(0, 0), one, up, out));
    }
    DeviceArray weights = backend.real(INFINITY, 0, 0, 0);
    ActionValues q = row(1, INFINITY, 2, 3).withLogWeights(weights);
    expect(
        "gradient at temperature 0",
        numbers(0, Double.NaN, 0, 0),
        out -> backend.softValue().logSumExpGradient(q, Temperature.of(0), backend.real(1f), out));
  }

  /** Differences beyond float32. */
  private void farApart() {
    double high = 3e38f;
    policy(row(3e38f, -3e38f), 10, numbers(1, 0), numbers(0, -2 * high / 10));
    double e = Math.exp(-2 * high / 1e38);
    double[] shares = {e / (1 + e), 1 / (1 + e)};
    ActionValues q = row(-3e38f, 3e38f);
    policy(q, 1e38, shares, numbers(Math.log(shares[0]), Math.log(shares[1])));
    expect(
        "V",
        numbers(high + 1e38 * Math.log1p(e)),
        out -> backend.softValue().logSumExp(q, Temperature.of(1e38), out));
    ActionValues weighted = q.withLogWeights(backend.real(0, 0));
    policy(weighted, 1e36, numbers(0, 1), numbers(-2 * high / 1e36, 0));
  }

  /** 1/α is beyond float32. */
  private void smallTemperatures() {
    double alpha = 2e-39;
    float below = -1e-38f;
    double e = Math.exp(below / alpha);
    double[] shares = {1 / (1 + e), e / (1 + e)};
    policy(row(0, below), alpha, shares, numbers(-Math.log1p(e), below / alpha - Math.log1p(e)));
  }

  /** V is beyond float32, γ V is not. */
  private void targetsOfHugeValues() {
    ActionValues large = row(3.4e38f, 3.4e38f);
    // One column, so that V is its weighted logit: 1e20 · −1e19.
    ActionValues small = row(0).withLogWeights(backend.real(-1e19f));
    for (double discount : new double[] {0, 0.1}) {
      target(2 + discount * (3.4e38f + 1e36 * Math.log(2)), large, 1e36, discount);
      target(2 - discount * 1e20 * (double) 1e19f, small, 1e20, discount);
    }
  }

  /** Without a discount V does not count, whatever it is. */
  private void targetsWithoutDiscount() {
    DeviceArray nothing = backend.bytes((byte) 0, (byte) 0);
    for (double alpha : new double[] {0, 1}) {
      target(2, row(1, 2).withMask(nothing), alpha, 0);
      target(2, row(1, Float.NaN), alpha, 0);
      target(2, row(1, INFINITY), alpha, 0);
    }
  }

  /** The target of a reward of 2 and a row that goes on. */
  private void target(double expected, ActionValues next, double alpha, double discount) {
    DeviceArray reward = backend.real(2);
    DeviceArray goesOn = backend.bytes((byte) 0);
    Temperature temperature = Temperature.of(alpha);
    expect(
        "target",
        numbers(expected),
        out -> backend.softValue().bellmanTarget(next, temperature, reward, goesOn, discount, out));
  }
}
