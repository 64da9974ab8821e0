package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.Oracles;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReferenceTabularTest {
  private static final boolean[] TWO = {true, true};
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private BackupOutputs outputs(TabularModel model) {
    return new BackupOutputs(
        backend.allocate(ElementType.REAL, model.pairs()),
        backend.allocate(ElementType.REAL, model.states()),
        backend.allocate(ElementType.REAL, 1));
  }

  /** Value iteration until V stays. */
  private BackupOutputs solve(TabularModel model, double discount, double alpha) {
    BackupOutputs outputs = outputs(model);
    DeviceArray values = backend.allocate(ElementType.REAL, model.states());
    for (int i = 0; i < 5000; i++) {
      backend.tabular().softBackup(model, discount, Temperature.of(alpha), values, outputs);
      values.upload(outputs.nextValues().toDoubles());
    }
    return outputs;
  }

  @Test
  void selfLoopHasGeometricValue() {
    JsonNode node = Oracles.read("soft_mdp.json").get("single_state_self_loop");
    TabularModel model =
        new TabularModel(
            backend,
            1,
            3,
            new int[] {0, 1, 2, 3},
            new int[3],
            new double[] {1, 1, 1},
            Oracles.numbers(node.get("r")),
            new boolean[] {true, true, true});
    node.get("V")
        .propertyStream()
        .forEach(entry -> {
          double alpha = Double.parseDouble(entry.getKey());
          double expected = entry.getValue().doubleValue();
          double[] v = solve(model, 0.9, alpha).nextValues().toDoubles();
          assertEquals(expected, v[0], 1e-13 * expected, "alpha " + alpha);
        });
    double expected = node.get("V_alpha0").doubleValue();
    assertEquals(expected, solve(model, 0.9, 0).nextValues().toDoubles()[0], 1e-12);
  }

  @Test
  void stayOrExit() {
    TabularModel model =
        new TabularModel(
            backend,
            1,
            2,
            new int[] {0, 1, 1},
            new int[1],
            new double[] {1},
            new double[] {0, 1},
            TWO);
    JsonNode values = Oracles.read("soft_mdp.json").get("stay_or_exit").get("V");
    int found = 0;
    for (double alpha : new double[] {0.1, 0.5, 1}) {
      for (double discount : new double[] {0.5, 0.9, 0.99}) {
        String name = "alpha=" + (alpha == 1 ? "1" : alpha) + ",gamma=" + discount;
        double expected = values.get(name).doubleValue();
        double[] v = solve(model, discount, alpha).nextValues().toDoubles();
        assertEquals(expected, v[0], 1e-12, name);
        found++;
      }
    }
    assertEquals(9, found);
  }

  @Test
  void randomTable() {
    JsonNode node = Oracles.read("soft_mdp.json").get("random_mdp_5x3");
    int[] offsets = new int[16];
    int[] next = new int[75];
    double[] p = new double[75];
    double[] rewards = new double[15];
    boolean[] allowed = new boolean[15];
    for (int pair = 0; pair < 15; pair++) {
      offsets[pair + 1] = 5 * (pair + 1);
      rewards[pair] = node.get("R").get(pair / 3).get(pair % 3).doubleValue();
      allowed[pair] = true;
      for (int s = 0; s < 5; s++) {
        next[5 * pair + s] = s;
        p[5 * pair + s] = node.get("P").get(pair / 3).get(pair % 3).get(s).doubleValue();
      }
    }
    TabularModel model = new TabularModel(backend, 5, 3, offsets, next, p, rewards, allowed);
    node.get("solutions")
        .propertyStream()
        .forEach(entry -> {
          double alpha = Double.parseDouble(entry.getKey());
          BackupOutputs solved = solve(model, 0.9, alpha);
          assertArrayEquals(
              Oracles.numbers(entry.getValue().get("V")), solved.nextValues().toDoubles(), 1e-12);
          double[] q = solved.actionValues().toDoubles();
          for (int pair = 0; pair < 15; pair++) {
            JsonNode expected = entry.getValue().get("Q").get(pair / 3).get(pair % 3);
            assertEquals(expected.doubleValue(), q[pair], 1e-12);
          }
          assertTrue(solved.residual().toDoubles()[0] < 1e-14);
          if (entry.getValue().has("policy")) {
            policyKeepsValue(model, alpha, entry.getValue());
          }
        });
  }

  /** V* is a fixed point of evaluating π*. */
  private void policyKeepsValue(TabularModel model, double alpha, JsonNode solution) {
    double[] policy = new double[15];
    for (int pair = 0; pair < 15; pair++) {
      policy[pair] = solution.get("policy").get(pair / 3).get(pair % 3).doubleValue();
    }
    double[] values = Oracles.numbers(solution.get("V"));
    BackupOutputs outputs = outputs(model);
    backend
        .tabular()
        .policyBackup(
            model, 0.9, Temperature.of(alpha), backend.real(policy), backend.real(values), outputs);
    assertArrayEquals(values, outputs.nextValues().toDoubles(), 1e-12);
  }

  /** Two states, two actions: by hand. */
  @Test
  void policyBackupByHand() {
    TabularModel model = twoStates();
    BackupOutputs outputs = outputs(model);
    DeviceArray values = backend.real(new double[] {1, 2});
    DeviceArray policy = backend.real(new double[] {0.25, 0.75, 0, Double.NaN});
    backend.tabular().policyBackup(model, 0.5, Temperature.of(2), policy, values, outputs);
    // Q(0,·) = 1 + ½(½·1 + ½·2), 3 + ½·2; Q(1,0) = −1 + ½·1; (1,1) is excluded.
    assertArrayEquals(new double[] {1.75, 4, -0.5, 0}, outputs.actionValues().toDoubles(), 1e-15);
    double entropy = -0.25 * Math.log(0.25) - 0.75 * Math.log(0.75);
    double[] next = outputs.nextValues().toDoubles();
    assertEquals(0.25 * 1.75 + 0.75 * 4 + 2 * entropy, next[0], 1e-15 * 8);
    assertEquals(0, next[1]);
    assertEquals(Math.max(next[0] - 1, 2), outputs.residual().toDoubles()[0], 1e-15 * 8);
  }

  @Test
  void stateWithoutActionsIsTerminal() {
    TabularModel model =
        new TabularModel(
            backend,
            1,
            2,
            new int[3],
            new int[0],
            new double[0],
            new double[] {5, 6},
            new boolean[2]);
    BackupOutputs outputs = outputs(model);
    backend
        .tabular()
        .softBackup(model, 1, Temperature.of(1), backend.real(new double[] {7}), outputs);
    assertEquals(0, outputs.nextValues().toDoubles()[0]);
    assertArrayEquals(new double[] {0, 0}, outputs.actionValues().toDoubles());
    assertEquals(7, outputs.residual().toDoubles()[0]);
  }

  @Test
  void backupsContract() {
    TabularModel model = twoStates();
    DeviceArray policy = backend.real(new double[] {0.5, 0.5, 1, 0});
    for (double discount : new double[] {0, 0.5, 0.9, 1}) {
      for (double alpha : new double[] {0, 0.1, 10}) {
        double[][] soft = new double[2][];
        double[][] evaluated = new double[2][];
        double[][] starts = {{3, -8}, {-2, 4}};
        for (int i = 0; i < 2; i++) {
          DeviceArray values = backend.real(starts[i]);
          BackupOutputs outputs = outputs(model);
          Temperature temperature = Temperature.of(alpha);
          backend.tabular().softBackup(model, discount, temperature, values, outputs);
          soft[i] = outputs.nextValues().toDoubles();
          backend.tabular().policyBackup(model, discount, temperature, policy, values, outputs);
          evaluated[i] = outputs.nextValues().toDoubles();
        }
        double bound = discount * distance(starts[0], starts[1]) + 1e-14 * 100;
        assertTrue(distance(soft[0], soft[1]) <= bound);
        assertTrue(distance(evaluated[0], evaluated[1]) <= bound);
      }
    }
  }

  private static double distance(double[] a, double[] b) {
    return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
  }

  private TabularModel twoStates() {
    return new TabularModel(
        backend,
        2,
        2,
        new int[] {0, 2, 3, 4, 5},
        new int[] {0, 1, 1, 0, 1},
        new double[] {0.5, 0.5, 1, 1, 1},
        new double[] {1, 3, -1, 9},
        new boolean[] {true, true, true, false});
  }
}
