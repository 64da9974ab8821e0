package dev.maxent.learn;

import static dev.maxent.Refusal.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.Transfers;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.Schedule;
import dev.maxent.learn.QRegression.Point;
import dev.maxent.learn.QRegression.Rows;
import dev.maxent.learn.QRegression.Settings;
import dev.maxent.reference.AdamStep;
import dev.maxent.reference.Regression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class QRegressionTest {
  private static final NetworkShape PLANE = NetworkShape.of(2, 1);
  private static final Settings SHORT = Settings.of(40, 16, 1e-2).withEvery(15);

  /** What is learnt from two inputs. */
  private interface Function {
    double of(double a, double b);
  }

  private static Rows rows(int count, long seed, Function f) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] inputs = new float[2 * count];
    float[] targets = new float[count];
    for (int b = 0; b < count; b++) {
      inputs[2 * b] = (float) random.nextDouble(-1, 1);
      inputs[2 * b + 1] = (float) random.nextDouble(-1, 1);
      targets[b] = (float) f.of(inputs[2 * b], inputs[2 * b + 1]);
    }
    return Rows.of(inputs, targets);
  }

  private static double plane(double a, double b) {
    return 2 * a - b + 0.5;
  }

  /** θ̄ by hand from the parameters after each step; the look measures it, not the parameters. */
  @OnTestedBackends
  void averagesParameters(String id) {
    Rows train = rows(100, 1, QRegressionTest::plane);
    Rows validate = rows(50, 2, QRegressionTest::plane);
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, PLANE.networks(2), Initialiser.HE, 1);
        QRegression fit = new QRegression(networks, train, validate, SHORT.withAveraging(0.25))) {
      double[] expected = networks.network().parameters().toDoubles();
      for (int step = 0; step < 12; step++) {
        fit.steps(1);
        double[] now = networks.network().parameters().toDoubles();
        for (int i = 0; i < now.length; i++) {
          expected[i] += 0.25 * (now[i] - expected[i]);
        }
      }
      double[] average = fit.average().network().parameters().toDoubles();
      assertArrayEquals(expected, average, 1e-6);
      double error = 0;
      for (int i = 0; i < validate.targets().length; i++) {
        double a = validate.inputs()[2 * i];
        double b = validate.inputs()[2 * i + 1];
        double y = expected[0] * a + expected[1] * b + expected[2];
        error += (y - validate.targets()[i]) * (y - validate.targets()[i]);
      }
      assertEquals(error / validate.targets().length, fit.look().error()[0], 1e-5);
    }
  }

  @Test
  void withoutAveragingTheAverageIsTheNetwork() {
    try (Backend backend = Backends.open("reference");
        QNetwork networks = QNetwork.random(backend, PLANE, Initialiser.HE, 1)) {
      Rows train = rows(20, 1, QRegressionTest::plane);
      try (QRegression fit = new QRegression(networks, train, null, SHORT)) {
        assertSame(networks, fit.average());
        // No minibatch has a loss yet.
        assertTrue(Double.isNaN(fit.look().loss()[0]));
        fit.steps(1);
        assertFalse(Double.isNaN(fit.look().loss()[0]));
      }
      assertEquals(3, networks.network().parameters().toDoubles().length);
    }
  }

  @OnTestedBackends
  void findsPlane(String id) {
    Schedule rate = Schedule.linear(0.1, 0, 400);
    Settings settings = Settings.of(400, 16, 1).withAdam(AdamSettings.of(rate));
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, PLANE.networks(2), Initialiser.HE, 1)) {
      Rows train = rows(100, 1, QRegressionTest::plane);
      Rows validate = rows(50, 2, QRegressionTest::plane);
      List<Point> curve;
      List<Point> told = new ArrayList<>();
      try (QRegression fit = new QRegression(networks, train, validate, settings)) {
        curve = fit.fit(told::add);
      }
      assertEquals(told, curve);
      assertEquals(List.of(100, 200, 300, 400), curve.stream().map(Point::step).toList());
      // Without noise the loss goes to 0, and with the learning rate what is left of the way.
      double[] p = networks.network().parameters().toDoubles();
      assertArrayEquals(new double[] {2, -1, 0.5, 2, -1, 0.5}, p, 1e-3);
      for (int e = 0; e < 2; e++) {
        assertTrue(curve.getLast().explained()[e] > 1 - 1e-6);
        assertTrue(curve.getLast().error()[e] < 1e-6);
        assertTrue(curve.getLast().loss()[e] < 1e-6);
      }
      assertEquals(0, curve.getLast().nonFinite());
    }
  }

  @OnTestedBackends
  void learnsCurve(String id) {
    Function wave = (a, b) -> Math.sin(3 * a) * b;
    NetworkShape shape = NetworkShape.of(2, 32, 32, 1).activation(Activation.TANH);
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, shape, Initialiser.ORTHOGONAL, 1);
        QRegression fit =
            new QRegression(
                networks,
                rows(500, 3, wave),
                rows(200, 4, wave),
                Settings.of(600, 50, 1e-2).withLoss(Loss.huber(1)))) {
      List<Point> curve = fit.fit(_ -> {});
      double first = curve.getFirst().explained()[0];
      double last = curve.getLast().explained()[0];
      assertTrue(last > 0.98 && last > first, "R² went from " + first + " to " + last);
    }
  }

  @OnTestedBackends
  void stepsMoveNothingBetweenHostAndDevice(String id) {
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, PLANE, Initialiser.HE, 1);
        QRegression fit =
            new QRegression(networks, weighted(rows(40, 1, QRegressionTest::plane)), null, SHORT)) {
      Transfers before = backend.transfers();
      fit.steps(7);
      backend.finish();
      assertEquals(new Transfers(0, 0, 0, 0), backend.transfers().since(before));
    }
  }

  private static Rows weighted(Rows rows) {
    float[] weights = new float[rows.targets().length];
    Arrays.fill(weights, 1);
    return new Rows(rows.inputs(), rows.targets(), weights);
  }

  /** Rows of weight 0 are not learnt from. */
  @OnTestedBackends
  void looksAtWeights(String id) {
    Rows rows = weighted(rows(64, 1, QRegressionTest::plane));
    for (int b = 0; b < 64; b += 2) {
      rows.weights()[b] = 0;
      rows.targets()[b] = 100;
    }
    Schedule rate = Schedule.linear(0.1, 0, 400);
    Settings settings = Settings.of(400, 32, 1).withAdam(AdamSettings.of(rate));
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, PLANE, Initialiser.HE, 1);
        QRegression fit = new QRegression(networks, rows, null, settings)) {
      Point last = fit.fit(_ -> {}).getLast();
      double[] p = networks.network().parameters().toDoubles();
      assertArrayEquals(new double[] {2, -1, 0.5}, p, 1e-3);
      assertTrue(Double.isNaN(last.error()[0]) && Double.isNaN(last.explained()[0]));
    }
  }

  /** Ten targets of a tenth have no spread, though their mean as a sum of tenths is another. */
  @OnTestedBackends
  void equalTargetsExplainNothing(String id) {
    Rows held = Rows.of(new float[20], new float[10]);
    Arrays.fill(held.targets(), 0.1f);
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.of(backend, PLANE, new double[] {0, 0, 1});
        QRegression fit =
            new QRegression(networks, rows(40, 1, QRegressionTest::plane), held, SHORT)) {
      // Rows are copied: what becomes of the caller's changes nothing.
      Arrays.fill(held.targets(), 7);
      Point point = fit.look();
      assertEquals(0.81, point.error()[0], 1e-6);
      assertTrue(Double.isNaN(point.explained()[0]));
    }
  }

  /** A minibatch of all rows is the whole batch, in whatever order. */
  @Test
  void takesEveryRowOnce() {
    Rows rows = rows(33, 1, QRegressionTest::plane);
    double[] theta = {0.1, 0.2, 0.3};
    double[] expected = theta.clone();
    AdamSettings adam = AdamSettings.of(1e-2);
    double[][] x = new double[33][];
    double[] t = new double[33];
    for (int b = 0; b < 33; b++) {
      x[b] = new double[] {rows.inputs()[2 * b], rows.inputs()[2 * b + 1]};
      t[b] = rows.targets()[b];
    }
    double[] m = new double[3];
    double[] v = new double[3];
    for (int i = 0; i < 5; i++) {
      Regression regression = new Regression(PLANE, expected, x, t, null, Loss.squared());
      new AdamStep(adam, i).move(expected, regression.gradient(), m, v);
    }
    try (Backend backend = Backends.open("reference");
        QNetwork networks = QNetwork.of(backend, PLANE, theta);
        QRegression fit = new QRegression(networks, rows, null, Settings.of(5, 33, 1e-2))) {
      fit.steps(5);
      assertArrayEquals(expected, networks.network().parameters().toDoubles(), 1e-14);
    }
  }

  private static float[] fitted(String id, long seed) {
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, NetworkShape.of(2, 5, 1), Initialiser.HE, 1);
        QRegression fit =
            new QRegression(
                networks, rows(40, 1, QRegressionTest::plane), null, SHORT.withSeed(seed))) {
      List<Point> curve = fit.fit(_ -> {});
      assertEquals(List.of(15, 30, 40), curve.stream().map(Point::step).toList());
      return networks.network().parameters().toFloats();
    }
  }

  @OnTestedBackends
  void sameSeedSameBits(String id) {
    assertArrayEquals(fitted(id, 3), fitted(id, 3));
    assertFalse(Arrays.equals(fitted(id, 3), fitted(id, 4)));
  }

  @OnTestedBackends
  void stopsAtNan(String id) {
    Rows rows = rows(40, 1, QRegressionTest::plane);
    rows.targets()[17] = Float.NaN;
    try (Backend backend = Backends.open(id);
        QNetwork networks = QNetwork.random(backend, PLANE, Initialiser.HE, 1)) {
      try (QRegression fit = new QRegression(networks, rows, null, SHORT.withEvery(1))) {
        List<Point> told = new ArrayList<>();
        NonFiniteException stop = assertThrows(NonFiniteException.class, () -> fit.fit(told::add));
        assertEquals(stop.step(), told.size());
        assertTrue(Float.isNaN((float) told.getLast().loss()[0]));
        assertTrue(stop.getMessage().contains("step " + stop.step() + " is NaN or infinite"));
        assertTrue(stop.step() <= 40 / 16 * 2, "at most two passes go by without the row");
      }
      Settings goOn = SHORT.withStopAtNonFinite(false);
      try (QRegression fit = new QRegression(networks, rows, null, goOn)) {
        Point last = fit.fit(_ -> {}).getLast();
        assertEquals(40, last.step());
        assertTrue(last.nonFinite() > 0);
      }
      for (double p : networks.network().parameters().toDoubles()) {
        assertTrue(Double.isFinite(p));
      }
    }
  }

  @Test
  void refusals() {
    Rows rows = rows(40, 1, QRegressionTest::plane);
    try (Backend backend = Backends.open("reference");
        QNetwork networks = QNetwork.random(backend, PLANE, Initialiser.HE, 1)) {
      Network network = networks.network();
      double[] before = network.parameters().toDoubles();
      refuses(networks, rows, null, Settings.of(1, 41, 1), "batch = 41", "at most the 40 rows");
      Rows inputs = Rows.of(new float[79], new float[40]);
      refuses(networks, inputs, null, SHORT, "train.inputs has length 79: expected 78");
      Rows targets = Rows.of(new float[80], new float[41]);
      refuses(networks, rows, targets, SHORT, "validate.targets has length 41: expected 40");
      Rows weights = new Rows(new float[80], new float[40], new float[1]);
      refuses(networks, weights, null, SHORT, "train.weights has length 1: expected 40");
      assertArrayEquals(before, network.parameters().toDoubles());
    }
    Class<IllegalArgumentException> illegal = IllegalArgumentException.class;
    assertRefused(illegal, () -> Settings.of(0, 1, 1), "steps = 0: expected 1 or more");
    assertRefused(illegal, () -> Settings.of(1, -1, 1), "batch = -1: expected 1 or more");
    assertRefused(illegal, () -> SHORT.withEvery(0), "every = 0: expected 1 or more");
    for (double bad : new double[] {0, -0.1, 1.1, Double.NaN}) {
      assertRefused(
          illegal,
          () -> SHORT.withAveraging(bad),
          "averaging = " + bad + ": expected from 2^-126 to 1");
    }
    assertRefused(illegal, () -> Settings.of(1, 1, 0), "learningRate = 0.0: expected from 2^-126");
  }

  private static void refuses(
      QNetwork networks, Rows train, Rows validate, Settings settings, String... parts) {
    assertRefused(
        IllegalArgumentException.class,
        () -> new QRegression(networks, train, validate, settings).close(),
        parts);
  }
}
