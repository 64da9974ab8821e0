package dev.maxent.kernel;

import static dev.maxent.Refusal.assertRefused;
import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

class TabularChecksTest {
  private static final int STATES = 3;
  private static final int ACTIONS = 2;
  private static final int PAIRS = STATES * ACTIONS;
  private static final Temperature ALPHA = Temperature.of(1);

  /** The arguments of a model's constructor, good until one is replaced. */
  private static final class Table {
    int states = STATES;
    int actions = ACTIONS;
    int[] rowOffsets = {0, 1, 2, 3, 4, 5, 6};
    int[] nextStates = {0, 1, 2, 0, 1, 2};
    double[] probabilities = {1, 1, 1, 1, 1, 0.5};
    double[] rewards = {1, 2, 3, 4, 5, 6};
    boolean[] allowed = {true, true, true, true, true, true};

    TabularModel on(Backend backend) {
      return new TabularModel(
          backend, states, actions, rowOffsets, nextStates, probabilities, rewards, allowed);
    }
  }

  private static TabularModel model(Backend backend) {
    return new Table().on(backend);
  }

  /** A model of one state and one action, where all arrays have the same length. */
  private static TabularModel single(Backend backend) {
    Table table = new Table();
    table.states = 1;
    table.actions = 1;
    table.rowOffsets = new int[] {0, 1};
    table.nextStates = new int[] {0};
    table.probabilities = new double[] {0.5};
    table.rewards = new double[] {1};
    table.allowed = new boolean[] {true};
    return table.on(backend);
  }

  private static BackupOutputs outputs(RefusedCalls calls, TabularModel model) {
    return new BackupOutputs(calls.real(model.pairs()), calls.real(model.states()), calls.real(1));
  }

  /** Either backup. */
  private interface Backup {
    void run(
        TabularModel model,
        double discount,
        Temperature temperature,
        DeviceArray values,
        BackupOutputs outputs);
  }

  private static void check(RefusedCalls calls, Function<Integer, Backup> backups) {
    Backend backend = calls.backend();
    TabularModel model = model(backend);
    BackupOutputs outputs = outputs(calls, model);
    DeviceArray values = calls.real(STATES);
    Backup backup = backups.apply(PAIRS);
    calls.refusesNull("model", () -> backup.run(null, 0.9, ALPHA, values, outputs));
    calls.refusesNull("outputs", () -> backup.run(model, 0.9, ALPHA, values, null));
    calls.refusesNull("temperature", () -> backup.run(model, 0.9, null, values, outputs));
    for (double discount : new double[] {-1e-9, 1 + 1e-9, Double.NaN, 1 / 0.0}) {
      calls.refuses(
          () -> backup.run(model, discount, ALPHA, values, outputs),
          "discount = " + discount,
          "expected a number from 0 to 1");
    }
    calls.refusesWrongArrays(
        "temperature",
        REAL,
        STATES,
        array -> backup.run(model, 0.9, Temperature.perRow(array), values, outputs));
    calls.refusesWrongArrays(
        "temperature",
        REAL,
        1,
        array -> backup.run(model, 0.9, Temperature.onDevice(array), values, outputs));
    calls.refusesWrongOrNoArrays(
        "values", REAL, STATES, array -> backup.run(model, 0.9, ALPHA, array, outputs));
    DeviceArray q = outputs.actionValues();
    DeviceArray next = outputs.nextValues();
    DeviceArray residual = outputs.residual();
    calls.refusesWrongOrNoArrays(
        "actionValues",
        REAL,
        PAIRS,
        array -> backup.run(model, 0.9, ALPHA, values, new BackupOutputs(array, next, residual)));
    calls.refusesWrongOrNoArrays(
        "nextValues",
        REAL,
        STATES,
        array -> backup.run(model, 0.9, ALPHA, values, new BackupOutputs(q, array, residual)));
    calls.refusesWrongOrNoArrays(
        "residual",
        REAL,
        1,
        array -> backup.run(model, 0.9, ALPHA, values, new BackupOutputs(q, next, array)));
    calls.refuses(
        () -> backup.run(model, 0.9, ALPHA, values, new BackupOutputs(q, values, residual)),
        "nextValues is the same array as values",
        "expected another");
    overlaps(calls, backups.apply(1));
    models(calls, backup, values, outputs);
  }

  private static void overlaps(RefusedCalls calls, Backup backup) {
    TabularModel single = single(calls.backend());
    DeviceArray a = calls.real(1);
    DeviceArray b = calls.real(1);
    DeviceArray c = calls.real(1);
    DeviceArray values = calls.real(1);
    String[] names = {"actionValues", "nextValues", "residual"};
    DeviceArray[][] overlapping = {{a, a, b}, {a, b, a}, {a, b, b}};
    int[][] who = {{0, 1}, {0, 2}, {1, 2}};
    for (int i = 0; i < who.length; i++) {
      DeviceArray[] o = overlapping[i];
      calls.refuses(
          () -> backup.run(single, 0.9, ALPHA, values, new BackupOutputs(o[0], o[1], o[2])),
          names[who[i][0]],
          names[who[i][1]],
          "is the same array as");
    }
    for (int i = 0; i < names.length; i++) {
      int place = i;
      Function<DeviceArray, BackupOutputs> at =
          array -> {
            DeviceArray[] o = {a, b, c};
            o[place] = array;
            return new BackupOutputs(o[0], o[1], o[2]);
          };
      String same = names[i] + " is the same array as ";
      calls.refuses(
          () -> backup.run(single, 0.9, ALPHA, values, at.apply(values)), same + "values");
      calls.refuses(
          () -> backup.run(single, 0.9, Temperature.perRow(a), values, at.apply(a)),
          "is the same array as");
      DeviceArray alpha = calls.real(1);
      calls.refuses(
          () -> backup.run(single, 0.9, Temperature.onDevice(alpha), values, at.apply(alpha)),
          same + "temperature");
      calls.refuses(
          () -> backup.run(single, 0.9, ALPHA, values, at.apply(single.rewards())),
          same,
          "rewards");
      calls.refuses(
          () -> backup.run(single, 0.9, ALPHA, values, at.apply(single.probabilities())),
          same,
          "probabilities");
    }
  }

  /** A model that is closed, closed in part, or of another backend. */
  private static void models(
      RefusedCalls calls, Backup backup, DeviceArray values, BackupOutputs outputs) {
    TabularModel closed = model(calls.backend());
    closed.close();
    closed.close();
    Class<IllegalStateException> type = IllegalStateException.class;
    calls.refuses(
        type, () -> backup.run(closed, 0.9, ALPHA, values, outputs), "model", "is closed");
    List<Function<TabularModel, DeviceArray>> parts =
        List.of(
            TabularModel::rowOffsets,
            TabularModel::nextStates,
            TabularModel::probabilities,
            TabularModel::rewards,
            TabularModel::mask);
    for (Function<TabularModel, DeviceArray> part : parts) {
      TabularModel broken = model(calls.backend());
      part.apply(broken).close();
      calls.refuses(
          type, () -> backup.run(broken, 0.9, ALPHA, values, outputs), "model", "is closed");
    }
    TabularModel foreign = model(calls.apart());
    calls.refuses(
        () -> backup.run(foreign, 0.9, ALPHA, values, outputs),
        "model",
        "opened apart",
        "expected an array of this backend");
  }

  @OnTestedBackends
  void softBackup(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      TabularKernels kernels = calls.backend().tabular();
      check(calls, _ -> kernels::softBackup);
      calls.verify();
    }
  }

  @OnTestedBackends
  void policyBackup(String id) {
    try (RefusedCalls calls = new RefusedCalls(id)) {
      TabularKernels kernels = calls.backend().tabular();
      check(
          calls,
          pairs -> {
            DeviceArray policy = calls.real(pairs);
            return (model, discount, temperature, values, outputs) ->
                kernels.policyBackup(model, discount, temperature, policy, values, outputs);
          });
      TabularModel model = model(calls.backend());
      DeviceArray values = calls.real(STATES);
      BackupOutputs outputs = outputs(calls, model);
      calls.refusesWrongOrNoArrays(
          "policy",
          REAL,
          PAIRS,
          array -> kernels.policyBackup(model, 0.9, ALPHA, array, values, outputs));
      calls.refuses(
          () -> kernels.policyBackup(model, 0.9, ALPHA, outputs.actionValues(), values, outputs),
          "actionValues is the same array as policy");
      TabularModel single = single(calls.backend());
      BackupOutputs one = outputs(calls, single);
      DeviceArray value = calls.real(1);
      calls.refuses(
          () -> kernels.policyBackup(single, 0.9, ALPHA, one.nextValues(), value, one),
          "nextValues is the same array as policy");
      calls.refuses(
          () -> kernels.policyBackup(single, 0.9, ALPHA, one.residual(), value, one),
          "residual is the same array as policy");
      calls.verify();
    }
  }

  @OnTestedBackends
  void modelRefusesBadTables(String id) {
    try (Backend backend = Backends.open(id)) {
      List<Executable> checks = new ArrayList<>();
      refuse(checks, backend, t -> t.states = 0, "states = 0", "expected 1 or more");
      refuse(checks, backend, t -> t.states = -4, "states = -4", "expected 1 or more");
      refuse(checks, backend, t -> t.actions = 0, "actions = 0", "expected 1 or more");
      refuse(
          checks,
          backend,
          t -> {
            t.states = 1 << 20;
            t.actions = 1 << 20;
          },
          "states",
          "actions",
          Integer.toString(1 << 20));
      refuse(
          checks,
          backend,
          t -> t.rowOffsets = new int[6],
          "rowOffsets has 6 elements",
          "expected 7");
      refuse(
          checks,
          backend,
          t -> t.probabilities = new double[5],
          "probabilities has 5 elements",
          "expected 6");
      refuse(
          checks, backend, t -> t.rewards = new double[7], "rewards has 7 elements", "expected 6");
      refuse(
          checks, backend, t -> t.allowed = new boolean[0], "allowed has 0 elements", "expected 6");
      refuse(checks, backend, t -> t.rowOffsets[0] = 1, "rowOffsets run from 1", "expected 0 to 6");
      refuse(checks, backend, t -> t.rowOffsets[6] = 5, "rowOffsets", "to 5", "expected 0 to 6");
      refuse(checks, backend, t -> t.rowOffsets[2] = 0, "rowOffsets[2] = 0", "expected 1 or more");
      refuse(checks, backend, t -> t.rowOffsets[3] = 9, "rowOffsets[", "expected");
      refuse(checks, backend, t -> t.nextStates[4] = 3, "nextStates[4] = 3", "expected 0 to 2");
      refuse(checks, backend, t -> t.nextStates[0] = -1, "nextStates[0] = -1", "expected 0 to 2");
      for (double p : new double[] {-1e-9, 1.001, Double.NaN, Double.POSITIVE_INFINITY}) {
        refuse(
            checks,
            backend,
            t -> t.probabilities[5] = p,
            "probabilities[5] = " + p,
            "expected 0 to 1");
      }
      refuse(
          checks,
          backend,
          t -> t.rowOffsets = new int[] {0, 1, 2, 3, 4, 4, 6},
          "probabilities of row 5 sum to 1.5",
          "expected at most 1");
      for (double r : new double[] {Double.NaN, 1 / 0.0, -1 / 0.0, 3.5e38}) {
        refuse(checks, backend, t -> t.rewards[1] = r, "rewards[1] = " + r, "finite in float32");
      }
      refuseNull(checks, backend, "rowOffsets", t -> t.rowOffsets = null);
      refuseNull(checks, backend, "nextStates", t -> t.nextStates = null);
      refuseNull(checks, backend, "probabilities", t -> t.probabilities = null);
      refuseNull(checks, backend, "rewards", t -> t.rewards = null);
      refuseNull(checks, backend, "allowed", t -> t.allowed = null);
      checks.add(
          () -> assertRefused(NullPointerException.class, () -> new Table().on(null), "backend"));
      checks.add(() -> assertEquals(0, backend.transfers().uploads()));
      assertAll(checks);
    }
  }

  private static void refuse(
      List<Executable> checks, Backend backend, Consumer<Table> spoil, String... parts) {
    checks.add(() -> {
      Table table = new Table();
      spoil.accept(table);
      assertRefused(IllegalArgumentException.class, () -> table.on(backend), parts);
    });
  }

  private static void refuseNull(
      List<Executable> checks, Backend backend, String name, Consumer<Table> spoil) {
    checks.add(() -> {
      Table table = new Table();
      spoil.accept(table);
      assertRefused(NullPointerException.class, () -> table.on(backend), name);
    });
  }

  /** The host's arrays may change after the constructor has checked them. */
  @OnTestedBackends
  void modelKeepsACopy(String id) {
    try (Backend backend = Backends.open(id)) {
      Table table = new Table();
      TabularModel model = table.on(backend);
      Arrays.fill(table.nextStates, 1_000_000);
      Arrays.fill(table.rowOffsets, -1);
      assertEquals(1, model.nextStates().toInts()[1]);
      assertEquals(6, model.rowOffsets().toInts()[6]);
      assertEquals(PAIRS, model.pairs());
    }
  }
}
