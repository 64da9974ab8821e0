package dev.maxent.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maxent.Tested;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.environment.Tables;
import dev.maxent.environment.TabularMdp;
import dev.maxent.learn.SoftQIteration.Settings;
import dev.maxent.learn.SoftQIteration.Solution;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracles of soft_mdp.json, on every backend in question, within the bound it promises. */
class SoftQIterationTest {
  private static final JsonNode ORACLE = oracle();

  private static JsonNode oracle() {
    try (InputStream json =
        SoftQIterationTest.class.getResourceAsStream("/oracles/soft_mdp.json")) {
      return new ObjectMapper().readTree(json);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A problem with its known values. */
  @SuppressWarnings("ArrayRecordComponent")
  record Known(String name, TabularMdp mdp, double discount, double temperature, double[] values) {}

  static Stream<Arguments> everyKnownProblemOnEveryBackend() {
    return Tested.ids().stream()
        .flatMap(id -> known().stream().map(k -> Arguments.of(id, k.name(), k)));
  }

  @Tag("contract")
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everyKnownProblemOnEveryBackend")
  void meetsTheOracleWithinItsBound(String id, String name, Known known) {
    Settings settings = Settings.of(known.discount(), known.temperature());
    try (Backend backend = Backends.open(id)) {
      double promised = promised(known, settings, id.equals("reference") ? 0x1p-53 : 0x1p-24);
      for (Solution solution :
          List.of(
              SoftQIteration.valueIteration(backend, known.mdp(), settings),
              SoftQIteration.policyIteration(backend, known.mdp(), settings))) {
        // The oracles themselves are good to about 1e-12.
        assertArrayEquals(known.values(), solution.values(), solution.errorBound() + 1e-12, name);
        assertTrue(
            solution.errorBound() <= promised,
            () -> name + ": " + solution.errorBound() + " of " + promised);
      }
    }
  }

  /**
   * The tolerance or, where rounding forbids it, 2ε/(1 − γ). One backup rounds a sum of k products,
   * of magnitude γ‖V‖, k + 6 times, R four times and α (1 + log A) three times, see {@code
   * BackupRounding}; one time more than k + 6 is for second orders of u, and for the last V, which
   * is not V*.
   */
  private static double promised(Known known, Settings settings, double u) {
    TabularMdp mdp = known.mdp();
    double largest = Arrays.stream(known.values()).map(Math::abs).max().orElseThrow();
    double magnitude =
        mdp.maxReward()
            + known.discount() * largest
            + known.temperature() * (1 + Math.log(mdp.actions()));
    double epsilon = (mdp.maxSuccessors() + 7) * u * magnitude;
    return Math.max(settings.tolerance(), 2 * epsilon / (1 - known.discount()));
  }

  private static List<Known> known() {
    List<Known> known = new ArrayList<>();
    JsonNode loop = ORACLE.get("single_state_self_loop");
    TabularMdp.Builder arms = TabularMdp.builder();
    for (int a = 0; a < loop.get("r").size(); a++) {
      arms.add(0, a, 0, 1, loop.get("r").get(a).asDouble(), false);
    }
    TabularMdp bandit = arms.build();
    double gamma = loop.get("gamma").asDouble();
    for (Map.Entry<String, JsonNode> v : loop.get("V").properties()) {
      double alpha = Double.parseDouble(v.getKey());
      known.add(
          new Known("self loop", bandit, gamma, alpha, new double[] {v.getValue().asDouble()}));
    }
    double greedy = loop.get("V_alpha0").asDouble();
    known.add(new Known("self loop", bandit, gamma, 0, new double[] {greedy}));

    JsonNode uniform = ORACLE.get("uniform_reward_n_actions");
    TabularMdp.Builder equal = TabularMdp.builder();
    for (int a = 0; a < uniform.get("n").asInt(); a++) {
      equal.add(0, a, 0, 1, uniform.get("r").asDouble(), false);
    }
    known.add(
        new Known(
            "uniform reward",
            equal.build(),
            uniform.get("gamma").asDouble(),
            uniform.get("alpha").asDouble(),
            new double[] {uniform.get("V").asDouble()}));

    TabularMdp exit =
        TabularMdp.builder().states(2).add(0, 0, 0, 1, 0, false).add(0, 1, 1, 1, 1, true).build();
    for (Map.Entry<String, JsonNode> v : ORACLE.get("stay_or_exit").get("V").properties()) {
      String[] parts = v.getKey().split("[=,]", -1);
      known.add(
          new Known(
              "stay or exit " + v.getKey(),
              exit,
              Double.parseDouble(parts[3]),
              Double.parseDouble(parts[1]),
              new double[] {v.getValue().asDouble(), 0}));
    }
    JsonNode random = ORACLE.get("random_mdp_5x3");
    for (Map.Entry<String, JsonNode> v : random.get("solutions").properties()) {
      double alpha = Double.parseDouble(v.getKey());
      known.add(new Known("random 5x3", randomMdp(), 0.9, alpha, doubles(v.getValue().get("V"))));
    }
    JsonNode lake = ORACLE.get("frozen_lake_4x4_slippery");
    for (Map.Entry<String, JsonNode> v : lake.get("solutions").properties()) {
      known.add(
          new Known(
              "frozen lake",
              Tables.shipped("frozen-lake-4x4.csv"),
              lake.get("gamma").asDouble(),
              Double.parseDouble(v.getKey()),
              doubles(v.getValue().get("V"))));
    }
    return known;
  }

  private static TabularMdp randomMdp() {
    JsonNode random = ORACLE.get("random_mdp_5x3");
    TabularMdp.Builder builder = TabularMdp.builder();
    for (int s = 0; s < 5; s++) {
      for (int a = 0; a < 3; a++) {
        double reward = random.get("R").get(s).get(a).asDouble();
        for (int next = 0; next < 5; next++) {
          double p = random.get("P").get(s).get(a).get(next).asDouble();
          builder.add(s, a, next, p, reward, false);
        }
      }
    }
    return builder.build();
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .flatMap(n -> n.isArray() ? StreamSupport.stream(n.spliterator(), false) : Stream.of(n))
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.5", "1"})
  void findsActionValuesAndPolicy(String alpha) {
    JsonNode solved = ORACLE.get("random_mdp_5x3").get("solutions").get(alpha);
    try (Backend backend = Backends.open("reference")) {
      Settings settings = Settings.of(0.9, Double.parseDouble(alpha));
      Solution solution = SoftQIteration.valueIteration(backend, randomMdp(), settings);
      assertArrayEquals(doubles(solved.get("Q")), solution.actionValues(), 1e-9);
      if (solved.has("policy")) {
        assertArrayEquals(doubles(solved.get("policy")), solution.policy(), 1e-9);
      }
      assertArrayEquals(
          new int[] {0, solution.greedyActions()[1], 2, 2, 2}, solution.greedyActions());
      assertTrue(solution.converged());
    }
  }

  @Test
  void valueAlongAPathIsConsistent() {
    // A deterministic ring: action 0 goes on, action 1 stays, action 2 jumps two ahead.
    int states = 7;
    double discount = 0.8;
    double alpha = 0.3;
    TabularMdp.Builder ring = TabularMdp.builder();
    for (int s = 0; s < states; s++) {
      ring.add(s, 0, (s + 1) % states, 1, Math.sin(s), false);
      ring.add(s, 1, s, 1, -0.1 * s, false);
      ring.add(s, 2, (s + 2) % states, 1, Math.cos(3 * s), false);
    }
    TabularMdp mdp = ring.build();
    try (Backend backend = Backends.open("reference")) {
      Solution solution = SoftQIteration.valueIteration(backend, mdp, Settings.of(discount, alpha));
      int[] path = {0, 2, 1, 0, 0, 2, 2, 1};
      int state = 3;
      double sum = 0;
      double weight = 1;
      for (int action : path) {
        double logPi = Math.log(solution.policy()[state * 3 + action]);
        sum += weight * (mdp.reward(state, action) - alpha * logPi);
        weight *= discount;
        state = (state + new int[] {1, 0, 2}[action]) % states;
      }
      assertEquals(solution.values()[3] - weight * solution.values()[state], sum, 1e-9);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1})
  void policyIterationRisesToTheSameValues(double alpha) {
    for (String file : List.of("frozen-lake-4x4.csv", "taxi-v4.csv")) {
      TabularMdp mdp = Tables.shipped(file);
      Settings settings = Settings.of(0.9, alpha);
      List<double[]> evaluated = new ArrayList<>();
      try (Backend backend = Backends.open("reference")) {
        Solution byPolicy = SoftQIteration.policyIteration(backend, mdp, settings, evaluated::add);
        Solution byValue = SoftQIteration.valueIteration(backend, mdp, settings);
        assertArrayEquals(byValue.values(), byPolicy.values(), 2e-10, file);
        assertTrue(byPolicy.improvements() >= 2 && byPolicy.improvements() < 40, file + byPolicy);
        assertEquals(byPolicy.improvements(), evaluated.size());
      }
      for (int i = 1; i < evaluated.size(); i++) {
        for (int s = 0; s < mdp.states(); s++) {
          assertTrue(evaluated.get(i)[s] >= evaluated.get(i - 1)[s] - 1e-9, file + " state " + s);
        }
      }
    }
  }

  @Test
  void endsWhereRoundingForbidsMore() {
    TabularMdp mdp = Tables.shipped("taxi-v4.csv");
    try (Backend backend = Backends.open("reference")) {
      Settings settings = Settings.of(0.99, 0.1).withTolerance(0);
      Solution solution = SoftQIteration.valueIteration(backend, mdp, settings);
      assertFalse(solution.converged());
      assertTrue(solution.errorBound() > 0 && solution.errorBound() < 1e-9, "" + solution);
      assertTrue(solution.errorBound() <= 2.1 * solution.roundingBound() / 0.01);
    }
  }

  @Test
  void discountOneStopsOrSaysWhyNot() {
    try (Backend backend = Backends.open("reference")) {
      TabularMdp lake = Tables.shipped("frozen-lake-4x4.csv");
      Solution solved = SoftQIteration.valueIteration(backend, lake, Settings.of(1, 0));
      assertEquals(14.0 / 17, solved.values()[0], 1e-6);
      assertEquals(Double.POSITIVE_INFINITY, solved.errorBound());

      TabularMdp endless = TabularMdp.builder().add(0, 0, 0, 1, 1, false).build();
      NotConvergedException error =
          assertThrows(
              NotConvergedException.class,
              () ->
                  SoftQIteration.valueIteration(
                      backend, endless, Settings.of(1, 0).withMaxIterations(100)));
      assertEquals(100, error.iterations());
      assertEquals(1, error.residual());
      assertTrue(
          error.getMessage().startsWith("not converged after 100 iterations, residual 1.0: with"),
          error.getMessage());
      assertFalse(error.getMessage().contains("temperature 0"), error.getMessage());
      NotConvergedException policies =
          assertThrows(
              NotConvergedException.class,
              () ->
                  SoftQIteration.policyIteration(
                      backend, endless, Settings.of(1, 0).withMaxIterations(100)));
      assertTrue(policies.getMessage().contains("try value iteration"), policies.getMessage());
    }
  }

  /** V = r / (1 − γ), of which float32 keeps some ten bits. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-42})
  void boundsTheErrorOfTinyValues(double alpha) {
    double reward = 1.0001e-42;
    TabularMdp mdp = TabularMdp.builder().add(0, 0, 0, 1, reward, false).build();
    for (String id : List.of("reference", "cpu")) {
      try (Backend backend = Backends.open(id)) {
        Solution solution = SoftQIteration.valueIteration(backend, mdp, Settings.of(0.5, alpha));
        double error = Math.abs(solution.values()[0] - 2 * reward);
        assertTrue(error <= solution.errorBound(), id + ": " + error + " of " + solution);
      }
    }
  }

  @Test
  void discountZeroIsOneStep() {
    try (Backend backend = Backends.open("reference")) {
      TabularMdp mdp = TabularMdp.builder().add(0, 0, 0, 1, 3, false).build();
      Solution solution = SoftQIteration.valueIteration(backend, mdp, Settings.of(0, 0.5));
      assertArrayEquals(new double[] {3}, solution.values());
    }
  }

  @Test
  void leavesNothingBehindAndMovesLittle() {
    TabularMdp mdp = Tables.shipped("taxi-v4.csv");
    try (Backend backend = Backends.open("reference")) {
      long before = backend.transfers().downloads();
      Solution solution = SoftQIteration.valueIteration(backend, mdp, Settings.of(0.99, 0.1));
      long looks = backend.transfers().downloads() - before;
      assertTrue(looks < solution.iterations() / 4, looks + " of " + solution.iterations());
    }
  }

  @Test
  void refusesBadSettings() {
    assertMessage("discount = 1.1: expected a number from 0 to 1", 1.1, 0, 0, 1, 1);
    assertMessage("discount = -0.1: expected a number from 0 to 1", -0.1, 0, 0, 1, 1);
    assertMessage("discount = NaN: expected a number from 0 to 1", Double.NaN, 0, 0, 1, 1);
    assertMessage("temperature = -1.0: expected 0 or more", 0.9, -1, 0, 1, 1);
    assertMessage("temperature = NaN: expected 0 or more", 0.9, Double.NaN, 0, 1, 1);
    assertMessage("tolerance = -1.0: expected 0 or more", 0.9, 0, -1, 1, 1);
    assertMessage("maxIterations = 0: expected 1 or more", 0.9, 0, 0, 0, 1);
    assertMessage("checkEvery = 0: expected 1 or more", 0.9, 0, 0, 1, 0);
  }

  private static void assertMessage(
      String expected, double discount, double alpha, double tolerance, int most, int every) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Settings(discount, alpha, tolerance, most, every));
    assertTrue(error.getMessage().startsWith(expected), error.getMessage());
  }
}
