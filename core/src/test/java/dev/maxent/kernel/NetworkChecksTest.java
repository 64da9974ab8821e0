package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.DeviceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NetworkChecksTest {
  private static final int E = 2;
  private static final int BATCH = 3;
  private static final NetworkShape SHAPE = NetworkShape.of(4, 5, 1).networks(E);

  /** 4 · 5 + 5 + 5 + 1. */
  private static final int ALL = E * 31;

  private static final int X = BATCH * 4;
  private static final int Y = E * BATCH;
  private static final AdamSettings ADAM = AdamSettings.of(0.1);

  @OnTestedBackends
  void forward(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      NetworkKernels k = calls.backend().network();
      Network net = new Network(SHAPE, calls.real(ALL));
      NetworkInputs x = NetworkInputs.shared(calls.real(X), BATCH);
      DeviceArray out = calls.real(Y);
      calls.refusesNull("network", () -> k.forward(null, x, out));
      calls.refusesNull("shape", () -> k.forward(new Network(null, out), x, out));
      calls.refusesNull("inputs", () -> k.forward(net, null, out));
      calls.refusesWrongOrNoArrays(
          "parameters", REAL, ALL, a -> k.forward(new Network(SHAPE, a), x, out));
      calls.refusesWrongOrNoArrays(
          "inputs", REAL, X, a -> k.forward(net, NetworkInputs.shared(a, BATCH), out));
      calls.refusesWrongOrNoArrays(
          "inputs", REAL, E * X, a -> k.forward(net, NetworkInputs.each(a, BATCH), out));
      calls.refusesWrongOrNoArrays("outputs", REAL, Y, a -> k.forward(net, x, a));
      calls.refuses(
          () -> k.forward(net, NetworkInputs.shared(x.array(), -1), out),
          "batch = -1: expected 0 or more");
      calls.refuses(
          () -> k.forward(net, NetworkInputs.shared(x.array(), 1 << 28), out),
          "batch = 268435456: expected at most 214748364");
      Network square = new Network(NetworkShape.of(1, 1), calls.real(2));
      NetworkInputs two = NetworkInputs.shared(calls.real(2), 2);
      calls.refuses(
          () -> k.forward(square, two, two.array()), "outputs is the same array as inputs");
      calls.refuses(
          () -> k.forward(square, two, square.parameters()),
          "outputs is the same array as parameters");
      calls.verify();
    }
  }

  @OnTestedBackends
  void backward(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      NetworkKernels k = calls.backend().network();
      Network net = new Network(SHAPE, calls.real(ALL));
      NetworkInputs x = NetworkInputs.shared(calls.real(X), BATCH);
      DeviceArray up = calls.real(Y);
      DeviceArray dp = calls.real(ALL);
      DeviceArray dx = calls.real(E * X);
      calls.refusesNull("network", () -> k.backward(null, x, up, dp, dx));
      calls.refusesNull("inputs", () -> k.backward(net, null, up, dp, dx));
      calls.refusesWrongOrNoArrays("upstream", REAL, Y, a -> k.backward(net, x, a, dp, dx));
      calls.refusesWrongArrays("parameterGradient", REAL, ALL, a -> k.backward(net, x, up, a, dx));
      calls.refusesWrongArrays("inputGradient", REAL, E * X, a -> k.backward(net, x, up, dp, a));
      calls.refuses(
          () -> k.backward(net, x, up, null, null),
          "parameterGradient and inputGradient are null: expected at least one");
      calls.refuses(
          () -> k.backward(net, x, up, net.parameters(), null),
          "parameterGradient is the same array as parameters");
      Network line = new Network(NetworkShape.of(1, 1), calls.real(2));
      NetworkInputs two = NetworkInputs.shared(calls.real(2), 2);
      DeviceArray both = calls.real(2);
      DeviceArray other = calls.real(2);
      calls.refuses(
          () -> k.backward(line, two, both, null, both),
          "inputGradient is the same array as upstream");
      calls.refuses(
          () -> k.backward(line, two, other, both, both),
          "inputGradient is the same array as parameterGradient");
      calls.verify();
    }
  }

  /** Everything that a step needs. */
  private static Training training(RefusedCalls calls) {
    return Training.of(
        ADAM, calls.real(ALL), calls.real(ALL), calls.array(INT32, 1), calls.array(INT32, 1));
  }

  private static Training with(Training t, String name, DeviceArray a) {
    return new Training(
        t.adam(),
        t.loss(),
        name.equals("firstMoment") ? a : t.firstMoment(),
        name.equals("secondMoment") ? a : t.secondMoment(),
        name.equals("step") ? a : t.step(),
        name.equals("nonFinite") ? a : t.nonFinite(),
        t.targetUpdate(),
        name.equals("target") ? a : t.target(),
        name.equals("gradientNorm") ? a : t.gradientNorm());
  }

  @OnTestedBackends
  void regressionStep(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      NetworkKernels k = calls.backend().network();
      Network net = new Network(SHAPE, calls.real(ALL));
      NetworkInputs x = NetworkInputs.shared(calls.real(X), BATCH);
      DeviceArray t = calls.real(BATCH);
      RegressionBatch batch = RegressionBatch.of(x, t);
      Training how = training(calls);
      calls.refusesNull("network", () -> k.regressionStep(null, batch, how));
      calls.refusesNull("batch", () -> k.regressionStep(net, null, how));
      calls.refusesNull("training", () -> k.regressionStep(net, batch, null));
      calls.refusesNull("inputs", () -> k.regressionStep(net, RegressionBatch.of(null, t), how));
      calls.refuses(
          () -> k.regressionStep(net, RegressionBatch.of(x, null), how), "targets is null");
      calls.refusesWrongArrays(
          "targets", REAL, Y, a -> k.regressionStep(net, RegressionBatch.of(x, a), how));
      calls.refusesWrongArrays(
          "weights", REAL, BATCH, a -> k.regressionStep(net, batch.withWeights(a), how));
      calls.refusesWrongArrays(
          "errors", REAL, Y, a -> k.regressionStep(net, batch.withErrors(a), how));
      calls.refusesWrongArrays("loss", REAL, E, a -> k.regressionStep(net, batch.withLoss(a), how));
      state(calls, how, training -> k.regressionStep(net, batch, training));
      calls.refuses(
          () -> k.regressionStep(net, batch, with(how, "secondMoment", net.parameters())),
          "secondMoment is the same array as parameters");
      DeviceArray two = calls.real(E);
      calls.refuses(
          () -> k.regressionStep(net, batch.withLoss(two), how.withGradientNorm(two)),
          "gradientNorm is the same array as loss");
      calls.verify();
    }
  }

  /** A step with a training. */
  private interface Step {
    void run(Training training);
  }

  private static void state(RefusedCalls calls, Training how, Step step) {
    for (String name : new String[] {"firstMoment", "secondMoment"}) {
      calls.refusesWrongOrNoArrays(name, REAL, ALL, a -> step.run(with(how, name, a)));
    }
    for (String name : new String[] {"step", "nonFinite"}) {
      calls.refusesWrongOrNoArrays(name, INT32, 1, a -> step.run(with(how, name, a)));
    }
    calls.refusesWrongArrays("gradientNorm", REAL, E, a -> step.run(how.withGradientNorm(a)));
    TargetUpdate polyak = TargetUpdate.polyak(0.1);
    calls.refusesWrongOrNoArrays("target", REAL, ALL, a -> step.run(how.withTarget(polyak, a)));
    DeviceArray stray = calls.real(ALL);
    calls.refuses(
        () -> step.run(how.withTarget(TargetUpdate.none(), stray)),
        "target is REAL[62]",
        "expected null without a target update");
    calls.refuses(
        () -> step.run(with(how, "secondMoment", how.firstMoment())),
        "secondMoment is the same array as firstMoment");
    calls.refuses(
        () -> step.run(with(how, "nonFinite", how.step())), "nonFinite is the same array as step");
    calls.refuses(
        () -> step.run(how.withTarget(polyak, how.firstMoment())),
        "target is the same array as firstMoment");
  }

  @OnTestedBackends
  void update(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      NetworkKernels k = calls.backend().network();
      Network net = new Network(SHAPE, calls.real(ALL));
      DeviceArray g = calls.real(ALL);
      Training how = training(calls);
      calls.refusesNull("network", () -> k.update(null, g, how));
      calls.refusesNull("training", () -> k.update(net, g, null));
      calls.refusesWrongOrNoArrays("parameterGradient", REAL, ALL, a -> k.update(net, a, how));
      state(calls, how, training -> k.update(net, g, training));
      calls.refuses(
          () -> k.update(net, net.parameters(), how),
          "parameters is the same array as parameterGradient");
      calls.verify();
    }
  }

  @OnTestedBackends
  void evaluate(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      NetworkKernels k = calls.backend().network();
      Schedule schedule = Schedule.constant(1);
      DeviceArray step = calls.array(INT32, 1);
      DeviceArray out = calls.real(1);
      calls.refusesNull("schedule", () -> k.evaluate(null, step, out));
      calls.refusesWrongOrNoArrays("step", INT32, 1, a -> k.evaluate(schedule, a, out));
      calls.refusesWrongOrNoArrays("out", REAL, 1, a -> k.evaluate(schedule, step, a));
      calls.verify();
    }
  }

  private static void refuses(Executable call, String... parts) {
    assertRefused(IllegalArgumentException.class, call, parts);
  }

  @Test
  void shapes() {
    refuses(() -> NetworkShape.of(3), "widths = [3]", "expected inputs, hidden layers");
    refuses(NetworkShape::of, "widths = []");
    refuses(() -> NetworkShape.of(3, 0, 1), "widths = 3-0-1: expected each to be 1 or more");
    refuses(() -> NetworkShape.of(1 << 15, 1 << 15), "expected at most 1073741824 parameters");
    refuses(() -> NetworkShape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 2), "expected at most");
    refuses(() -> NetworkShape.of(3, 1).networks(0), "networks = 0: expected 1 or more");
    assertRefused(
        NullPointerException.class, () -> NetworkShape.of(3, 1).activation(null), "activation");
  }

  @Test
  void numbers() {
    for (double bad : new double[] {0, -1e-3, Double.NaN, Double.POSITIVE_INFINITY}) {
      refuses(() -> Loss.huber(bad), "delta = " + bad + ": expected a positive number");
      refuses(() -> AdamSettings.of(bad), " = " + bad + ": expected");
      refuses(() -> TargetUpdate.polyak(bad), "tau = " + bad, "from 2^-126 to 1");
      refuses(() -> Schedule.exponential(1, bad, 0), "factor = " + bad, "at most 1");
      refuses(() -> Schedule.exponential(bad, 0.5, 0), "from = " + bad);
      refuses(() -> ADAM.withEpsilon(bad), "epsilon = " + bad);
    }
    for (double bad : new double[] {-1e-3, Double.NaN, Double.POSITIVE_INFINITY}) {
      refuses(() -> ADAM.withWeightDecay(bad), "weightDecay = " + bad);
      refuses(() -> ADAM.withMaxGradientNorm(bad), "maxGradientNorm = " + bad);
      refuses(() -> ADAM.withBetas(bad, 0.9), "beta1 = " + bad);
      refuses(() -> ADAM.withBetas(0.9, bad), "beta2 = " + bad);
      refuses(() -> Schedule.exponential(1, 0.5, bad), "least = " + bad);
    }
    refuses(() -> ADAM.withMaxGradientNorm(1e-46), "maxGradientNorm = 1.0E-46: expected 0 or from");
    refuses(() -> ADAM.withBetas(1, 0.9), "beta1 = 1.0: expected 0 or more and less than 1");
    refuses(() -> Schedule.constant(1e39), "value = 1.0E39: expected a number, finite");
    refuses(() -> Schedule.linear(Double.NaN, 1, 1), "from = NaN");
    refuses(() -> Schedule.cosine(1, Double.NaN, 1), "to = NaN");
    refuses(() -> Schedule.linear(1, 1, 0), "steps = 0: expected 1 or more");
    refuses(() -> Schedule.cosine(1, 1, -4), "steps = -4: expected 1 or more");
    refuses(() -> TargetUpdate.every(0), "steps = 0: expected 1 or more");
    refuses(() -> TargetUpdate.polyak(1e-46), "tau = 1.0E-46: expected from 2^-126 to 1");
    for (double bad : new double[] {Double.NaN, 0, -1, 1e-46, 1e39}) {
      refuses(
          () -> AdamSettings.of(bad),
          "learningRate = " + bad + ": expected from 2^-126 and finite in float32");
    }
    refuses(
        () -> AdamSettings.of(Schedule.linear(0, 1, 5)),
        "learningRate = 0.0: expected 2^-126 or more at first");
    refuses(
        () -> AdamSettings.of(Schedule.linear(1e-46, 1, 5)),
        "learningRate = 1.0E-46: expected 2^-126 or more at first");
    refuses(
        () -> AdamSettings.of(Schedule.linear(1, -1, 5)),
        "learningRate = -1.0: expected 0 or more in the end");
    assertRefused(
        NullPointerException.class, () -> AdamSettings.of((Schedule) null), "learningRate");
  }
}
