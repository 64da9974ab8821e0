package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static dev.maxent.backend.ElementType.BYTE;
import static dev.maxent.backend.ElementType.INT32;
import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

class SoftValueChecksTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 5;
  private static final int SIZE = ROWS * COLUMNS;
  private static final Temperature ALPHA = Temperature.of(1);

  private static ActionValues q(RefusedCalls calls) {
    return ActionValues.of(calls.real(SIZE), ROWS, COLUMNS);
  }

  /** What every operation checks that takes action values. */
  private static void actionValues(RefusedCalls calls, Consumer<ActionValues> call) {
    ActionValues q = q(calls);
    calls.refusesNull("action values", () -> call.accept(null));
    calls.refusesWrongOrNoArrays(
        "q", REAL, SIZE, array -> call.accept(ActionValues.of(array, ROWS, COLUMNS)));
    calls.refuses(() -> call.accept(q.withHeads(0)), "heads = 0", "expected 1 or more");
    calls.refuses(() -> call.accept(q.withHeads(-2)), "heads = -2", "expected 1 or more");
    calls.refuses(
        () -> call.accept(ActionValues.of(q.q(), -1, COLUMNS)), "rows = -1", "expected 0 or more");
    calls.refuses(
        () -> call.accept(ActionValues.of(q.q(), ROWS, -7)), "columns = -7", "expected 0 or more");
    int huge = Integer.MAX_VALUE;
    calls.refuses(
        () -> call.accept(ActionValues.of(q.q(), huge, huge)),
        "q is REAL[15]",
        "expected REAL[" + (long) huge * huge + "]");
    calls.refuses(
        () -> call.accept(ActionValues.of(q.q(), huge, huge).withHeads(huge)), "q is REAL[15]");
    calls.refusesWrongArrays("mask", BYTE, SIZE, array -> call.accept(q.withMask(array)));
    calls.refusesWrongArrays(
        "logWeights", REAL, SIZE, array -> call.accept(q.withLogWeights(array)));
    DeviceArray closedMask = calls.backend().allocate(BYTE, COLUMNS);
    closedMask.close();
    calls.refuses(
        IllegalStateException.class, () -> call.accept(q.withMask(closedMask)), "mask is closed");
  }

  private static void temperature(RefusedCalls calls, BiConsumer<ActionValues, Temperature> call) {
    ActionValues q = q(calls);
    calls.refusesNull("temperature", () -> call.accept(q, null));
    calls.refusesWrongArrays(
        "temperature", REAL, 1, array -> call.accept(q, Temperature.onDevice(array)));
    calls.refusesWrongArrays(
        "temperature", REAL, ROWS, array -> call.accept(q, Temperature.perRow(array)));
  }

  private static void arguments(RefusedCalls calls, BiConsumer<ActionValues, Temperature> call) {
    actionValues(calls, q -> call.accept(q, ALPHA));
    temperature(calls, call);
  }

  /** An operation with one output, for the checks that it overlaps no input. */
  private interface WithOutput {
    void run(ActionValues q, Temperature temperature, DeviceArray output);
  }

  /** The output must not be q, the log-weights or the temperature; it has as many elements. */
  private static void overlap(
      RefusedCalls calls, String name, int rows, int columns, int length, WithOutput call) {
    DeviceArray array = calls.real(length);
    ActionValues other = ActionValues.of(calls.real(rows * columns), rows, columns);
    String same = name + " is the same array as ";
    if (length == rows * columns) {
      ActionValues q = ActionValues.of(array, rows, columns);
      calls.refuses(() -> call.run(q, ALPHA, array), same + "q", "expected another");
      calls.refuses(
          () -> call.run(other.withLogWeights(array), ALPHA, array),
          same + "logWeights",
          "expected another");
    }
    if (length == rows) {
      calls.refuses(
          () -> call.run(other, Temperature.perRow(array), array),
          same + "temperature",
          "expected another");
    }
    if (length == 1) {
      calls.refuses(
          () -> call.run(other, Temperature.onDevice(array), array), same + "temperature");
    }
  }

  @OnTestedBackends
  void logSumExp(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray value = calls.real(ROWS);
      ActionValues q = q(calls);
      arguments(calls, (a, alpha) -> kernels.logSumExp(a, alpha, value));
      calls.refusesWrongOrNoArrays(
          "value", REAL, ROWS, array -> kernels.logSumExp(q, ALPHA, array));
      overlap(calls, "value", ROWS, 1, ROWS, kernels::logSumExp);
      overlap(calls, "value", 1, 1, 1, kernels::logSumExp);
      calls.verify();
    }
  }

  @OnTestedBackends
  void mellowmax(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray value = calls.real(ROWS);
      ActionValues q = q(calls);
      arguments(calls, (a, alpha) -> kernels.mellowmax(a, alpha, value));
      calls.refusesWrongOrNoArrays(
          "value", REAL, ROWS, array -> kernels.mellowmax(q, ALPHA, array));
      overlap(calls, "value", ROWS, 1, ROWS, kernels::mellowmax);
      calls.verify();
    }
  }

  @OnTestedBackends
  void logSumExpGradient(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray upstream = calls.real(ROWS);
      DeviceArray gradient = calls.real(SIZE);
      ActionValues q = q(calls);
      arguments(calls, (a, alpha) -> kernels.logSumExpGradient(a, alpha, upstream, gradient));
      ActionValues twin = ActionValues.of(calls.real(2 * SIZE), ROWS, COLUMNS).withHeads(2);
      calls.refuses(
          () -> kernels.logSumExpGradient(twin, ALPHA, upstream, gradient),
          "heads = 2",
          "expected 1");
      calls.refusesWrongOrNoArrays(
          "upstream", REAL, ROWS, array -> kernels.logSumExpGradient(q, ALPHA, array, gradient));
      calls.refusesWrongOrNoArrays(
          "gradient", REAL, SIZE, array -> kernels.logSumExpGradient(q, ALPHA, upstream, array));
      WithOutput call = (a, alpha, out) -> kernels.logSumExpGradient(a, alpha, upstream, out);
      overlap(calls, "gradient", ROWS, COLUMNS, SIZE, call);
      overlap(calls, "gradient", ROWS, 1, ROWS, call);
      ActionValues narrow = ActionValues.of(calls.real(ROWS), ROWS, 1);
      calls.refuses(
          () -> kernels.logSumExpGradient(narrow, ALPHA, upstream, upstream),
          "gradient is the same array as upstream");
      calls.verify();
    }
  }

  @OnTestedBackends
  void policy(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      ActionValues q = q(calls);
      PolicyOutputs all =
          new PolicyOutputs(
              calls.real(ROWS),
              calls.real(SIZE),
              calls.real(SIZE),
              calls.real(ROWS),
              calls.real(ROWS));
      arguments(calls, (a, alpha) -> kernels.policy(a, alpha, all));
      calls.refusesNull("outputs", () -> kernels.policy(q, ALPHA, null));
      calls.refusesWrongArrays(
          "value", REAL, ROWS, array -> kernels.policy(q, ALPHA, all.withValue(array)));
      calls.refusesWrongArrays(
          "probabilities",
          REAL,
          SIZE,
          array -> kernels.policy(q, ALPHA, all.withProbabilities(array)));
      calls.refusesWrongArrays(
          "logProbabilities",
          REAL,
          SIZE,
          array -> kernels.policy(q, ALPHA, all.withLogProbabilities(array)));
      calls.refusesWrongArrays(
          "entropy", REAL, ROWS, array -> kernels.policy(q, ALPHA, all.withEntropy(array)));
      calls.refusesWrongArrays(
          "expectedQ", REAL, ROWS, array -> kernels.policy(q, ALPHA, all.withExpectedQ(array)));
      overlappingPolicyOutputs(calls);
      calls.verify();
    }
  }

  private static void overlappingPolicyOutputs(RefusedCalls calls) {
    SoftValueKernels kernels = calls.backend().softValue();
    String[] names = {"value", "probabilities", "logProbabilities", "entropy", "expectedQ"};
    DeviceArray shared = calls.real(ROWS);
    ActionValues narrow = ActionValues.of(calls.real(ROWS), ROWS, 1);
    for (int i = 0; i < names.length; i++) {
      PolicyOutputs one = withOutput(PolicyOutputs.none(), i, shared);
      int which = i;
      WithOutput call =
          (a, alpha, out) -> kernels.policy(a, alpha, withOutput(PolicyOutputs.none(), which, out));
      overlap(calls, names[i], ROWS, 1, ROWS, call);
      if (names[i].endsWith("robabilities")) {
        overlap(calls, names[i], ROWS, COLUMNS, SIZE, call);
      }
      ActionValues same = ActionValues.of(shared, ROWS, 1);
      calls.refuses(() -> kernels.policy(same, ALPHA, one), names[i] + " is the same array as q");
      calls.refuses(
          () -> kernels.policy(narrow, Temperature.perRow(shared), one),
          names[i] + " is the same array as temperature");
      for (int j = i + 1; j < names.length; j++) {
        PolicyOutputs both = withOutput(one, j, shared);
        calls.refuses(
            () -> kernels.policy(narrow, ALPHA, both),
            names[i],
            names[j],
            "is the same array as",
            "expected another");
      }
    }
  }

  private static PolicyOutputs withOutput(PolicyOutputs outputs, int which, DeviceArray array) {
    return switch (which) {
      case 0 -> outputs.withValue(array);
      case 1 -> outputs.withProbabilities(array);
      case 2 -> outputs.withLogProbabilities(array);
      case 3 -> outputs.withEntropy(array);
      default -> outputs.withExpectedQ(array);
    };
  }

  @OnTestedBackends
  void sample(String id) {
    try (RefusedCalls calls = new RefusedCalls(id);
        RandomState state = RandomState.of(calls.backend(), 1)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray actions = calls.array(INT32, ROWS);
      ActionValues q = q(calls);
      arguments(calls, (a, alpha) -> kernels.sample(a, alpha, state, actions));
      calls.refusesNull("state", () -> kernels.sample(q, ALPHA, null, actions));
      RandomState foreign = RandomState.of(calls.apart(), 1);
      calls.refuses(() -> kernels.sample(q, ALPHA, foreign, actions), "state is INT32[4]", "apart");
      RandomState closed = RandomState.of(calls.backend(), 1);
      closed.close();
      calls.refuses(
          IllegalStateException.class,
          () -> kernels.sample(q, ALPHA, closed, actions),
          "state is closed");
      calls.refusesWrongOrNoArrays(
          "actions", INT32, ROWS, array -> kernels.sample(q, ALPHA, state, array));
      ActionValues four = ActionValues.of(calls.real(4), 4, 1);
      calls.refuses(
          () -> kernels.sample(four, ALPHA, state, state.words()),
          "actions is the same array as state");
      calls.verify();
      assertEquals(0, state.counter());
    }
  }

  @OnTestedBackends
  void greedy(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray actions = calls.array(INT32, ROWS);
      ActionValues q = q(calls);
      actionValues(calls, a -> kernels.greedy(a, actions));
      calls.refusesWrongOrNoArrays("actions", INT32, ROWS, array -> kernels.greedy(q, array));
      calls.verify();
    }
  }

  @OnTestedBackends
  void bellmanTarget(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      SoftValueKernels kernels = calls.backend().softValue();
      DeviceArray reward = calls.real(ROWS);
      DeviceArray terminated = calls.array(BYTE, ROWS);
      DeviceArray target = calls.real(ROWS);
      ActionValues q = q(calls);
      arguments(
          calls, (a, alpha) -> kernels.bellmanTarget(a, alpha, reward, terminated, 0.9, target));
      calls.refusesWrongOrNoArrays(
          "reward",
          REAL,
          ROWS,
          array -> kernels.bellmanTarget(q, ALPHA, array, terminated, 0.9, target));
      calls.refusesWrongOrNoArrays(
          "terminated",
          BYTE,
          ROWS,
          array -> kernels.bellmanTarget(q, ALPHA, reward, array, 0.9, target));
      calls.refusesWrongOrNoArrays(
          "target",
          REAL,
          ROWS,
          array -> kernels.bellmanTarget(q, ALPHA, reward, terminated, 0.9, array));
      for (double discount : new double[] {-0.1, 1.0000001, Double.NaN, 1 / 0.0, -1 / 0.0}) {
        calls.refuses(
            () -> kernels.bellmanTarget(q, ALPHA, reward, terminated, discount, target),
            "discount = " + discount,
            "expected a number from 0 to 1");
      }
      overlap(
          calls,
          "target",
          ROWS,
          1,
          ROWS,
          (a, alpha, out) -> kernels.bellmanTarget(a, alpha, reward, terminated, 0.9, out));
      calls.refuses(
          () -> kernels.bellmanTarget(q, ALPHA, reward, terminated, 0.9, reward),
          "target is the same array as reward");
      calls.verify();
    }
  }

  /** Arrays that lie one behind the other must not be taken for overlapping ones. */
  @OnTestedBackends
  void acceptsInputsThatAreTheSameArray(String id) {
    try (Backend backend = Backends.open(id)) {
      DeviceArray three = backend.real(1, 2, 3);
      DeviceArray value = backend.real(0, 0, 0);
      ActionValues q = ActionValues.of(three, 3, 1).withLogWeights(three);
      backend.softValue().logSumExp(q, Temperature.perRow(three), value);
      backend
          .softValue()
          .bellmanTarget(q, Temperature.perRow(three), three, backend.bytes(new byte[3]), 1, value);
    }
  }

  @OnTestedBackends
  void refusesClosedBackend(String id) {
    Backend backend = Backends.open(id);
    ActionValues q = ActionValues.of(backend.real(1, 2), 1, 2);
    DeviceArray value = backend.real(0f);
    SoftValueKernels kernels = backend.softValue();
    backend.close();
    assertRefused(
        IllegalStateException.class,
        () -> kernels.logSumExp(q, ALPHA, value),
        "backend " + id + " is closed");
    assertRefused(
        IllegalStateException.class,
        () -> backend.softValue().greedy(q, value),
        "backend " + id + " is closed");
  }
}
