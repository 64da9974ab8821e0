package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maxent.OnTestedBackends;
import dev.maxent.Oracles;
import dev.maxent.SteinFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Bandwidth.Rule;
import dev.maxent.kernel.SteinKernel;
import java.util.Map;

/** Directions, bandwidths and fixed points that were computed elsewhere. */
class SteinOracleTest {
  private static final SteinKernel RBF = SteinKernel.rbf();
  private static final Bandwidth ONE = Bandwidth.of(1);

  private record Setting(SteinKernel kernel, Bandwidth bandwidth, double alpha) {}

  private static final Map<String, Setting> SETTINGS =
      Map.of(
          "rbf h=1", new Setting(RBF, ONE, 1),
          "rbf h=0.37", new Setting(RBF, Bandwidth.of(0.37), 1),
          "imq (1+r2)^-0.5", new Setting(SteinKernel.imq(1, -0.5), ONE, 1),
          "imq (0.5+r2)^-0.5", new Setting(SteinKernel.imq(0.5, -0.5), ONE, 1),
          "linear x.y+1", new Setting(SteinKernel.linear(), ONE, 1),
          "rbf paper Liu&Wang / BlackJAX", new Setting(RBF, Bandwidth.of(Rule.LIU_WANG), 1),
          "rbf dilinwang820/PyMC", new Setting(RBF, Bandwidth.of(Rule.DILINWANG), 1),
          "rbf haarnoja softqlearning", new Setting(RBF, Bandwidth.of(Rule.SQL_REFERENCE), 1),
          "rbf h=1, alpha=0.2: mean_j[k*gradQ + alpha*gradk]", new Setting(RBF, ONE, 0.2));

  private static final Map<String, Rule> RULES =
      Map.of(
          "paper Liu&Wang / BlackJAX: median(dist offdiag)^2/log n",
          Rule.LIU_WANG,
          "dilinwang820/PyMC: median(full sqdist incl. diagonal)/log(n+1)"
              + " (as h in exp(-d2/h))",
          Rule.DILINWANG,
          "NumPyro: median(full dist incl diagonal)^2/log n (+eps)",
          Rule.NUMPYRO,
          "Ba et al plain: median(sqdist offdiag)",
          Rule.PLAIN_MEDIAN,
          "haarnoja softqlearning: max(lower-median(cross sqdist)/log Kx,1e-3)",
          Rule.SQL_REFERENCE,
          "SQL paper D.1: median(cross dist)/(2 log(M+1))",
          Rule.SQL_PAPER);

  /** Twenty roundings of values near 1, which is more than any of these small sums does. */
  private static double tolerance(String id) {
    return 20 * (id.equals("reference") ? 0x1p-53 : 0x1p-24);
  }

  private static double[] flat(JsonNode rows) {
    int d = rows.get(0).size();
    double[] values = new double[rows.size() * d];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / d).get(i % d).doubleValue();
    }
    return values;
  }

  @OnTestedBackends
  void directionsOfOneStep(String id) {
    int found = 0;
    try (Backend backend = Backends.open(id)) {
      for (JsonNode one : Oracles.read("svgd_one_step.json").get("cases")) {
        int d = one.get("x").get(0).size();
        double[] x = flat(one.get("x"));
        double[] y = flat(one.get("y"));
        double[] score = flat(one.get("score"));
        for (Map.Entry<String, JsonNode> phi : one.get("phi").properties()) {
          Setting s = SETTINGS.get(phi.getKey());
          double[] expected = flat(phi.getValue());
          double[] actual =
              SteinFixture.direction(backend, x, score, y, d, s.kernel(), s.bandwidth(), s.alpha());
          for (int i = 0; i < expected.length; i++) {
            String what = id + ", " + one.get("name") + ", " + phi.getKey() + " [" + i + "]";
            double scale = Math.max(1, Math.abs(expected[i]));
            assertEquals(expected[i], actual[i], tolerance(id) * scale, what);
            found++;
          }
        }
      }
    }
    assertTrue(found >= 100, "only " + found + " numbers");
  }

  @OnTestedBackends
  void bandwidthsOfEveryRule(String id) {
    int found = 0;
    try (Backend backend = Backends.open(id)) {
      for (JsonNode one : Oracles.read("svgd_one_step.json").get("cases")) {
        int d = one.get("x").get(0).size();
        double[] x = flat(one.get("x"));
        for (Map.Entry<String, JsonNode> h : one.get("bandwidths").properties()) {
          Rule rule = RULES.get(h.getKey());
          if (rule != null) {
            double expected = Math.max(h.getValue().doubleValue(), Bandwidth.LEAST);
            double actual =
                SteinFixture.bandwidth(backend, x, flat(one.get("y")), d, Bandwidth.of(rule));
            String what = id + ", " + one.get("name") + ", " + rule;
            assertEquals(expected, actual, tolerance(id) * expected, what);
            found++;
          }
        }
      }
    }
    assertEquals(3 * Rule.values().length, found);
  }

  /** φ at the outer particle of a symmetric set that a normal target has at rest. */
  private static double rest(
      Backend backend, double variance, SteinKernel kernel, Bandwidth bandwidth, double... x) {
    double[] score = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      score[i] = -x[i] / variance;
    }
    double[] phi = SteinFixture.direction(backend, x, score, x, 1, kernel, bandwidth, 1);
    return phi[x.length - 1];
  }

  @OnTestedBackends
  void fixedPoints(String id) {
    JsonNode all = Oracles.read("svgd_fixed_points.json");
    // Terms reach 4 at variance ¼, and repulsion h/2 times as much.
    double tolerance = 16 * tolerance(id);
    try (Backend backend = Backends.open(id)) {
      JsonNode plain =
          all.get(
              "n=2 std normal (any d) RBF exp(-r2/h): particles at +-a, a=sqrt((h/4)ln(1+4/h))");
      for (Map.Entry<String, JsonNode> one : plain.properties()) {
        Bandwidth h = Bandwidth.of(Double.parseDouble(one.getKey()));
        double a = one.getValue().doubleValue();
        assertEquals(0, rest(backend, 1, RBF, h, -a, a), tolerance, id + " h=" + one.getKey());
      }
      JsonNode general = all.get("general variance s2: a=sqrt((h/4)ln(1+4 s2/h))");
      for (Map.Entry<String, JsonNode> one : general.properties()) {
        String[] numbers = one.getKey().replaceAll("[^0-9.,]", "").split(",", -1);
        Bandwidth h = Bandwidth.of(Double.parseDouble(numbers[0]));
        double variance = Double.parseDouble(numbers[1].substring(1));
        double a = one.getValue().doubleValue();
        assertEquals(0, rest(backend, variance, RBF, h, -a, a), tolerance, id + one.getKey());
      }
      for (Map.Entry<String, JsonNode> one :
          all.get("n=3 std normal 1D RBF h: (-a,0,a)").properties()) {
        Bandwidth h = Bandwidth.of(Double.parseDouble(one.getKey()));
        double a = one.getValue().doubleValue();
        assertEquals(0, rest(backend, 1, RBF, h, -a, 0, a), tolerance, id + one.getKey());
      }
      for (Map.Entry<String, JsonNode> one :
          all.get("n=2 std normal IMQ (c2+r2)^-0.5").properties()) {
        SteinKernel imq = SteinKernel.imq(Double.parseDouble(one.getKey()), -0.5);
        double a = one.getValue().doubleValue();
        assertEquals(0, rest(backend, 1, imq, ONE, -a, a), tolerance, id + one.getKey());
      }
      ruled(backend, id, all.get("n=2 with median rules (std normal)"), tolerance);
    }
  }

  private static void ruled(Backend backend, String id, JsonNode points, double tolerance) {
    Map<String, Rule> rules =
        Map.of(
            "med(offdiag)", Rule.LIU_WANG,
            "dilinwang", Rule.DILINWANG,
            "plain", Rule.PLAIN_MEDIAN,
            "NumPyro", Rule.NUMPYRO,
            "haarnoja", Rule.SQL_REFERENCE);
    int found = 0;
    for (Map.Entry<String, JsonNode> one : points.properties()) {
      for (Map.Entry<String, Rule> rule : rules.entrySet()) {
        if (one.getKey().startsWith(rule.getKey())) {
          double a = one.getValue().doubleValue();
          double phi = rest(backend, 1, RBF, Bandwidth.of(rule.getValue()), -a, a);
          assertEquals(0, phi, tolerance, id + " " + rule.getValue());
          found++;
        }
      }
    }
    assertEquals(rules.size(), found);
  }
}
