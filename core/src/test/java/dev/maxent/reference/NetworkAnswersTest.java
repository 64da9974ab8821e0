package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.NetworkFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.RegressionBatch;
import dev.maxent.kernel.Schedule;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Answers worked out by hand. */
class NetworkAnswersTest {
  private static final double CLOSE = 1e-14;
  private static final NetworkShape LINE = NetworkShape.of(1, 1);
  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = Backends.open("reference");
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  private static NetworkFixture network(NetworkShape shape, double... parameters) {
    return new NetworkFixture(backend, shape, parameters);
  }

  @Test
  void layout() {
    NetworkShape shape = NetworkShape.of(3, 5, 2).layerNorm(true).networks(4);
    assertEquals(0, shape.weights(0));
    assertEquals(15, shape.bias(0));
    assertEquals(20, shape.gain(0));
    assertEquals(25, shape.shift(0));
    assertEquals(30, shape.weights(1));
    assertEquals(40, shape.bias(1));
    assertEquals(42, shape.parameters());
    assertEquals(168, shape.allParameters());
    assertEquals(5, shape.widest());
    assertEquals("4 networks 3-5-2, RELU, layer norm", shape.toString());
    assertEquals(shape, NetworkShape.of(3, 5, 2).networks(4).layerNorm(true));
  }

  @Test
  void linear() {
    try (NetworkFixture f = network(NetworkShape.of(2, 2), 2, -1, 0.5, 3, 10, 20)) {
      NetworkInputs x = f.shared(3, 4, 1, 0);
      // 2·3 − 4 + 10, 0.5·3 + 3·4 + 20, 2 + 10, 0.5 + 20
      assertArrayEquals(new double[] {12, 33.5, 12, 20.5}, f.forward(x), CLOSE);
      double[][] gradients = f.backward(x, 1, 0, 0, 2);
      assertArrayEquals(new double[] {3, 4, 2, 0, 1, 2}, gradients[0], CLOSE);
      assertArrayEquals(new double[] {2, -1, 1, 6}, gradients[1], CLOSE);
    }
  }

  @Test
  void hiddenUnits() {
    // Units max(x − 1, 0) and max(1 − x, 0), output 2 u₀ + 3 u₁ + 0.5.
    try (NetworkFixture f = network(NetworkShape.of(1, 2, 1), 1, -1, -1, 1, 2, 3, 0.5)) {
      NetworkInputs x = f.shared(3, -1, 1);
      assertArrayEquals(new double[] {4.5, 6.5, 0.5}, f.forward(x), CLOSE);
      double[][] gradients = f.backward(x, 1, 10, 100);
      assertArrayEquals(new double[] {6, -30, 2, 30, 2, 20, 111}, gradients[0], CLOSE);
      assertArrayEquals(new double[] {2, -30, 0}, gradients[1], CLOSE);
    }
  }

  @Test
  void layerNorm() {
    // Sums x and 3x have mean 2x and variance x²; gains 1 and 2, shifts 5 and 7.
    NetworkShape shape = NetworkShape.of(1, 2, 1).layerNorm(true);
    try (NetworkFixture f = network(shape, 1, 3, 0, 0, 1, 2, 5, 7, 1, 1, 0)) {
      double n = 2 / Math.sqrt(4 + 1e-5);
      assertArrayEquals(new double[] {5 - n + 7 + 2 * n}, f.forward(f.shared(2)), CLOSE);
    }
  }

  @Test
  void leastSquares() {
    // Through (0, 0), (1, 1), (2, 1): slope ½ and intercept 1/6, errors 1/6, −1/3, 1/6.
    try (NetworkFixture f = network(LINE, 0.5, 1 / 6.0)) {
      Training training = f.training(AdamSettings.of(0.1));
      f.step(f.shared(0, 1, 2), new double[] {0, 1, 1}, b -> b, training);
      assertEquals(1 / 36.0, f.loss.toDoubles()[0], CLOSE);
      assertEquals(0, f.gradientNorm.toDoubles()[0], CLOSE);
    }
  }

  @Test
  void weightedHuber() {
    // Errors 0.5, −3, 2 with δ = 1: ℓ = 0.125, 2.5, 1.5 and ℓ′ = 0.5, −1, 1.
    try (NetworkFixture f = network(LINE, 0, 0)) {
      DeviceArray errors = f.zeros(ElementType.REAL, 3);
      DeviceArray weights = f.real(4, 2, 1);
      f.step(
          f.shared(1, 1, 1),
          new double[] {-0.5, 3, -2},
          b -> b.withWeights(weights).withErrors(errors),
          f.training(AdamSettings.of(0.1)).withLoss(Loss.huber(1)));
      assertArrayEquals(new double[] {0.5, -3, 2}, errors.toDoubles(), CLOSE);
      assertEquals((4 * 0.125 + 2 * 2.5 + 1.5) / 3, f.loss.toDoubles()[0], CLOSE);
      double slope = (4 * 0.5 - 2 + 1) / 3;
      assertEquals(Math.sqrt(2) * slope, f.gradientNorm.toDoubles()[0], CLOSE);
    }
  }

  private static void update(NetworkFixture f, Training training, double... gradient) {
    backend.network().update(f.network, f.real(gradient), training);
  }

  @Test
  void adam() {
    try (NetworkFixture f = network(LINE, 1, 1)) {
      Training training = f.training(AdamSettings.of(0.1).withEpsilon(0.5));
      update(f, training, 2, -4);
      // m̂ = g, v̂ = g².
      assertArrayEquals(new double[] {0.2, -0.4}, f.firstMoment.toDoubles(), CLOSE);
      assertArrayEquals(new double[] {0.004, 0.016}, f.secondMoment.toDoubles(), CLOSE);
      double[] first = {1 - 0.1 * 2 / 2.5, 1 + 0.1 * 4 / 4.5};
      assertArrayEquals(first, f.parameters(), CLOSE);
      update(f, training, 0, -4);
      // m = 0.18, v = 0.004 · 0.999, divided by 0.19 and 1 − 0.999².
      double mean = 0.18 / 0.19;
      double root = Math.sqrt(0.003996 / 0.001999);
      double second = first[0] - 0.1 * mean / (root + 0.5);
      assertEquals(second, f.parameters()[0], 1e-13);
      assertEquals(2, f.step.toInts()[0]);
    }
  }

  @Test
  void limitedGradient() {
    try (NetworkFixture f = network(LINE, 0, 0)) {
      update(f, f.training(AdamSettings.of(0.1).withMaxGradientNorm(1)), 3, 4);
      double[] m = {0.1 * 3 / (5 + 1e-6), 0.1 * 4 / (5 + 1e-6)};
      assertArrayEquals(m, f.firstMoment.toDoubles(), CLOSE);
      assertEquals(5, f.gradientNorm.toDoubles()[0], CLOSE);
    }
    try (NetworkFixture f = network(LINE, 0, 0)) {
      update(f, f.training(AdamSettings.of(0.1).withMaxGradientNorm(6)), 3, 4);
      assertArrayEquals(new double[] {0.3, 0.4}, f.firstMoment.toDoubles(), CLOSE);
    }
  }

  @Test
  void decoupledDecay() {
    try (NetworkFixture f = network(LINE, 2, -2)) {
      update(f, f.training(AdamSettings.of(0.1).withWeightDecay(0.5)), 0, 0);
      assertArrayEquals(new double[] {1.9, -1.9}, f.parameters(), CLOSE);
      assertArrayEquals(new double[] {0, 0}, f.firstMoment.toDoubles());
    }
  }

  @Test
  void targets() {
    // With β₁ = β₂ = 0 and ε = 0⁺ each step is 0.5 against the sign of the gradient.
    AdamSettings adam = AdamSettings.of(0.5).withBetas(0, 0).withEpsilon(1e-30);
    try (NetworkFixture f = network(LINE, 1, 1)) {
      Training training = f.training(adam).withTarget(TargetUpdate.polyak(0.25), f.target);
      update(f, training, 1, -1);
      assertArrayEquals(new double[] {0.5, 1.5}, f.parameters(), CLOSE);
      assertArrayEquals(new double[] {0.875, 1.125}, f.target.toDoubles(), CLOSE);
    }
    try (NetworkFixture f = network(LINE, 1, 1)) {
      Training training = f.training(adam).withTarget(TargetUpdate.every(2), f.target);
      update(f, training, 1, -1);
      assertArrayEquals(new double[] {1, 1}, f.target.toDoubles(), CLOSE);
      update(f, training, 1, -1);
      assertArrayEquals(new double[] {0, 2}, f.target.toDoubles(), CLOSE);
      update(f, training, 1, -1);
      assertArrayEquals(new double[] {0, 2}, f.target.toDoubles(), CLOSE);
    }
  }

  @Test
  void schedules() {
    assertSchedule(Schedule.constant(3), 3, 3, 3, 3);
    assertSchedule(Schedule.linear(1, -1, 4), 1, 0.5, 0, -1);
    assertSchedule(Schedule.cosine(3, 1, 4), 3, 2 + Math.sqrt(0.5), 2, 1);
    assertSchedule(Schedule.exponential(8, 0.5, 1.5), 8, 4, 2, 1.5);
  }

  /** Values at 0, 1, 2 and 7. */
  private static void assertSchedule(Schedule schedule, double... expected) {
    int[] steps = {0, 1, 2, 7};
    try (DeviceArray step = backend.int32(0);
        DeviceArray out = backend.real(0)) {
      for (int i = 0; i < steps.length; i++) {
        step.upload(new int[] {steps[i]});
        backend.network().evaluate(schedule, step, out);
        assertEquals(expected[i], out.toDoubles()[0], CLOSE, schedule + " at " + steps[i]);
      }
    }
  }

  @Test
  void everyNetworkOfItsOwn() {
    NetworkShape two = LINE.networks(2);
    try (NetworkFixture f = network(two, 1, 2, 3, 4)) {
      assertArrayEquals(new double[] {3, 4, 7, 10}, f.forward(f.shared(1, 2)), CLOSE);
      NetworkInputs each = NetworkInputs.each(f.real(1, 2, 5, 6), 2);
      assertArrayEquals(new double[] {3, 4, 19, 22}, f.forward(each), CLOSE);
      double[][] gradients = f.backward(f.shared(1, 2), 1, 1, 10, 0);
      assertArrayEquals(new double[] {3, 2, 10, 10}, gradients[0], CLOSE);
      assertArrayEquals(new double[] {1, 1, 30, 0}, gradients[1], CLOSE);
      f.step(each, new double[] {3, 4, 18, 21}, b -> b, f.training(AdamSettings.of(0.1)));
      assertArrayEquals(new double[] {0, 0.5}, f.loss.toDoubles(), CLOSE);
      f.step(f.shared(1), new double[] {9}, b -> b, f.training(AdamSettings.of(0.1)));
      assertEquals(2, f.step.toInts()[0]);
    }
  }

  @Test
  void noRows() {
    try (NetworkFixture f = network(NetworkShape.of(2, 3, 1), new double[13])) {
      Training training = f.training(AdamSettings.of(0.1));
      f.step(NetworkInputs.shared(f.real(), 0), new double[0], b -> b, training);
      assertEquals(0, f.loss.toDoubles()[0]);
      assertEquals(0, f.gradientNorm.toDoubles()[0]);
      assertEquals(1, f.step.toInts()[0]);
      assertEquals(0, f.nonFinite.toInts()[0]);
    }
  }

  @Test
  void stepsThatAreNotFinite() {
    double[] parameters = {1, 2, 3, 4};
    try (NetworkFixture f = network(LINE.networks(2), parameters)) {
      Training training =
          f.training(AdamSettings.of(0.1)).withTarget(TargetUpdate.polyak(0.5), f.target);
      NetworkInputs x = f.shared(1);
      UnaryOperator<RegressionBatch> plain = b -> b;
      f.step(x, new double[] {3, 7}, plain, training);
      assertEquals(0, f.nonFinite.toInts()[0]);
      f.step(x, new double[] {1, Double.NaN}, plain, training);
      assertEquals(2, f.nonFinite.toInts()[0]);
      double[] after = f.parameters();
      assertTrue(after[0] < 1, "the other network goes on");
      assertArrayEquals(new double[] {3, 4}, new double[] {after[2], after[3]});
      assertEquals(0, f.firstMoment.toDoubles()[2]);
      assertEquals(parameters[3], f.target.toDoubles()[3]);
      assertTrue(Double.isNaN(f.loss.toDoubles()[1]));
      assertTrue(Double.isNaN(f.gradientNorm.toDoubles()[1]));
      update(f, training, Double.POSITIVE_INFINITY, 0, 0, 0);
      assertEquals(2, f.nonFinite.toInts()[0], "the first step stays");
      assertArrayEquals(after, f.parameters());
      assertEquals(3, f.step.toInts()[0]);
    }
  }
}
