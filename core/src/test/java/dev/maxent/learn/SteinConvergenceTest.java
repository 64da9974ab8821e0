package dev.maxent.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.NormalScore;
import dev.maxent.OnTestedBackends;
import dev.maxent.Oracles;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.SteinSampler.Settings;
import java.util.Arrays;
import java.util.Map;

/** Samplers end at the known fixed points, from starts beside them. */
class SteinConvergenceTest {
  /** Of the target, so that what is found is not there by symmetry around the origin. */
  private static final double MEAN = 1;

  private static final SteinKernel RBF = SteinKernel.rbf();
  private static final Bandwidth ONE = Bandwidth.of(1);

  /**
   * A plain step brings the distance down by its size, 0.2, times the slope of φ, 0.04 at the least
   * (h = 100): by e⁻⁴⁸ in all, which is enough for float64.
   */
  private static final int STEPS = 6000;

  /**
   * In float32 particles rest where 0.2 φ is below half an ulp of x < 2, 6e-8, so |φ| ≤ 3e-7, which
   * itself is off by twenty roundings, 1.2e-6; both over the slope.
   */
  private static double tolerance(String id) {
    return id.equals("reference") ? 1e-12 : 1.5e-6 / 0.04;
  }

  private static double[] run(
      Backend backend, Settings settings, double variance, int dimensions, double... start) {
    try (DeviceArray x = backend.real(start);
        NormalScore score = new NormalScore(backend, dimensions, variance, MEAN);
        SteinSampler sampler =
            new SteinSampler(
                score, new Particles(x, 1, start.length / dimensions, dimensions), settings)) {
      sampler.run();
      return x.toDoubles();
    }
  }

  /** The particles relative to the mean, in order. */
  private static double[] rest(
      String id, double variance, SteinKernel kernel, Bandwidth bandwidth, double... start) {
    Settings settings =
        Settings.of(StepRule.plain(0.2 * variance), STEPS).withKernel(kernel, bandwidth);
    try (Backend backend = Backends.open(id)) {
      double[] x = run(backend, settings, variance, 1, start);
      return Arrays.stream(x).map(value -> value - MEAN).sorted().toArray();
    }
  }

  private static void assertPair(String id, double a, double[] found, String what) {
    assertEquals(-a, found[0], tolerance(id), what);
    assertEquals(a, found[1], tolerance(id), what);
  }

  @OnTestedBackends
  void pairs(String id) {
    JsonNode all = Oracles.read("svgd_fixed_points.json");
    int found = 0;
    for (Map.Entry<String, JsonNode> group : all.properties()) {
      for (Map.Entry<String, JsonNode> one : group.getValue().properties()) {
        double a = one.getValue().doubleValue();
        String what = group.getKey() + " " + one.getKey();
        if (group.getKey().startsWith("n=2 std normal (any d) RBF")) {
          Bandwidth h = Bandwidth.of(Double.parseDouble(one.getKey()));
          assertPair(id, a, rest(id, 1, RBF, h, 0.7, 1.5), what);
        } else if (group.getKey().startsWith("general variance")) {
          String[] numbers = one.getKey().replaceAll("[^0-9.,]", "").split(",", -1);
          Bandwidth h = Bandwidth.of(Double.parseDouble(numbers[0]));
          double variance = Double.parseDouble(numbers[1].substring(1));
          assertPair(id, a, rest(id, variance, RBF, h, 0.7, 1.5), what);
        } else if (group.getKey().startsWith("n=2 std normal IMQ")) {
          SteinKernel imq = SteinKernel.imq(Double.parseDouble(one.getKey()), -0.5);
          assertPair(id, a, rest(id, 1, imq, ONE, 0.7, 1.5), what);
        } else if (group.getKey().startsWith("n=3 std normal 1D RBF")) {
          Bandwidth h = Bandwidth.of(Double.parseDouble(one.getKey()));
          double[] three = rest(id, 1, RBF, h, 0.1, 0.7, 1.5);
          assertPair(id, a, new double[] {three[0], three[2]}, what);
          assertEquals(0, three[1], tolerance(id), what);
        } else {
          continue;
        }
        found++;
      }
    }
    assertEquals(7 + 4 + 3 + 4, found);
  }

  /** Not SQL_REFERENCE, whose pair sits at its least bandwidth, 10⁻³, and needs tiny steps. */
  @OnTestedBackends
  void pairsWithRules(String id) {
    Map<String, Rule> rules =
        Map.of(
            "med(offdiag)", Rule.LIU_WANG,
            "dilinwang", Rule.DILINWANG,
            "plain", Rule.PLAIN_MEDIAN,
            "NumPyro", Rule.NUMPYRO);
    JsonNode points =
        Oracles.read("svgd_fixed_points.json").get("n=2 with median rules (std normal)");
    int found = 0;
    for (Map.Entry<String, JsonNode> one : points.properties()) {
      for (Map.Entry<String, Rule> rule : rules.entrySet()) {
        if (one.getKey().startsWith(rule.getKey())) {
          double a = one.getValue().doubleValue();
          Bandwidth h = Bandwidth.of(rule.getValue());
          assertPair(id, a, rest(id, 1, RBF, h, 0.7, 1.5), one.getKey());
          found++;
        }
      }
    }
    assertEquals(rules.size(), found);
  }

  /** N(m, v I) at temperature α is N(m, αv I), which the linear kernel meets in two moments. */
  @OnTestedBackends
  void linearKernelMeetsMeanAndCovariance(String id) {
    double variance = 2;
    double alpha = 0.7;
    Settings settings =
        Settings.of(StepRule.plain(0.1), STEPS)
            .withKernel(SteinKernel.linear(), ONE)
            .withTemperature(Temperature.of(alpha));
    double[] start = {0, 0, 1, 0.5, -1, 0.3, 0.2, 2, 2, 2, -0.4, -1.5};
    try (Backend backend = Backends.open(id)) {
      double[] x = run(backend, settings, variance, 2, start);
      int n = x.length / 2;
      double[] mean = new double[2];
      double[] covariance = new double[3];
      for (int i = 0; i < x.length; i++) {
        mean[i % 2] += x[i] / n;
      }
      for (int i = 0; i < n; i++) {
        double u = x[2 * i] - mean[0];
        double v = x[2 * i + 1] - mean[1];
        covariance[0] += u * u / n;
        covariance[1] += v * v / n;
        covariance[2] += u * v / n;
      }
      String what = Arrays.toString(x);
      assertEquals(MEAN, mean[0], tolerance(id), what);
      assertEquals(MEAN, mean[1], tolerance(id), what);
      assertEquals(alpha * variance, covariance[0], 4 * tolerance(id), what);
      assertEquals(alpha * variance, covariance[1], 4 * tolerance(id), what);
      assertEquals(0, covariance[2], 4 * tolerance(id), what);
      assertTrue(Arrays.stream(x).allMatch(Double::isFinite));
    }
  }
}
