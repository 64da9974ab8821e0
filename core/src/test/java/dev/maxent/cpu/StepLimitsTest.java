package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.NetworkFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Loss;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps and target networks where float32 ends, with all loops and as the reference has it. */
class StepLimitsTest {
  private static final AdamSettings ADAM = AdamSettings.of(1e-3);
  private static final NetworkShape LINE = NetworkShape.of(1, 1);

  static Stream<String> all() {
    return Stream.concat(Stream.of("reference"), Bits.loops().stream());
  }

  private static Backend open(String loops) {
    return loops.equals("reference") ? Backends.open(loops) : Bits.open(loops, 1);
  }

  private static double[] random(int count) {
    SplittableRandom random = new SplittableRandom(1);
    return random.doubles(count, -2, 2).map(x -> (float) x).toArray();
  }

  /** A share of θ and one of θ′ that do not add to 1 would move θ′ from θ. */
  @ParameterizedTest
  @MethodSource("all")
  void targetThatIsThereStays(String loops) {
    NetworkShape shape = NetworkShape.of(1, 35);
    double[] theta = random(shape.parameters());
    try (Backend backend = open(loops);
        NetworkFixture f = new NetworkFixture(backend, shape, theta)) {
      Training training = f.training(ADAM).withTarget(TargetUpdate.polyak(2e-5), f.target);
      var zero = f.real(new double[theta.length]);
      for (int i = 0; i < 300; i++) {
        backend.network().update(f.network, zero, training);
      }
      assertArrayEquals(theta, f.parameters());
      assertArrayEquals(theta, f.target.toDoubles());
    }
  }

  /** θ′ comes up to where τ |θ − θ′| is half of its spacing. */
  @ParameterizedTest
  @MethodSource("all")
  void targetArrives(String loops) {
    double tau = 0.02;
    NetworkShape shape = NetworkShape.of(1, 35);
    double[] theta = random(shape.parameters());
    try (Backend backend = open(loops);
        NetworkFixture f = new NetworkFixture(backend, shape, theta)) {
      f.target.upload(new double[theta.length]);
      Training training = f.training(ADAM).withTarget(TargetUpdate.polyak(tau), f.target);
      var zero = f.real(new double[theta.length]);
      for (int i = 0; i < 1500; i++) {
        backend.network().update(f.network, zero, training);
      }
      double[] target = f.target.toDoubles();
      for (int i = 0; i < theta.length; i++) {
        double standstill = Math.ulp((float) theta[i]) / (2 * tau) * 1.001;
        assertEquals(theta[i], target[i], standstill);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void copiesOverAnything(String loops) {
    for (TargetUpdate rule : new TargetUpdate[] {TargetUpdate.every(2), TargetUpdate.polyak(1)}) {
      NetworkShape shape = NetworkShape.of(1, 35);
      double[] theta = random(shape.parameters());
      double[] before = new double[theta.length];
      Arrays.setAll(before, i -> i % 2 == 0 ? Double.NaN : Double.POSITIVE_INFINITY);
      try (Backend backend = open(loops);
          NetworkFixture f = new NetworkFixture(backend, shape, theta)) {
        f.target.upload(before);
        Training training = f.training(ADAM).withTarget(rule, f.target);
        var zero = f.real(new double[theta.length]);
        if (rule instanceof TargetUpdate.Every) {
          backend.network().update(f.network, zero, training);
          assertArrayEquals(before, f.target.toDoubles());
        }
        backend.network().update(f.network, zero, training);
        assertArrayEquals(theta, f.target.toDoubles());
      }
    }
  }

  /** One network, and as many as go to lanes. ½ (2.7 · 10¹⁹)² and 10¹⁸ · 10²¹ are no floats. */
  @ParameterizedTest
  @MethodSource("all")
  void lossThatIsNoFloat(String loops) {
    for (int networks : new int[] {1, 16}) {
      for (boolean huber : new boolean[] {false, true}) {
        NetworkShape shape = LINE.networks(networks);
        double[] theta = new double[2 * networks];
        try (Backend backend = open(loops);
            NetworkFixture f = new NetworkFixture(backend, shape, theta)) {
          Loss loss = huber ? Loss.huber(1e18) : Loss.squared();
          Training training = f.training(ADAM).withLoss(loss);
          f.step(f.shared(1), new double[] {huber ? 1e21 : 2.7e19}, b -> b, training);
          String what = networks + " networks, " + loss;
          assertTrue(f.loss.toFloats()[0] == Float.POSITIVE_INFINITY, what);
          assertEquals(1, f.nonFinite.toInts()[0], what);
          assertArrayEquals(theta, f.parameters(), what);
        }
      }
    }
  }

  /** With an infinite v a parameter would stand still for ever. */
  @ParameterizedTest
  @MethodSource("all")
  void gradientWhoseSquareIsNoFloat(String loops) {
    try (Backend backend = open(loops);
        NetworkFixture f = new NetworkFixture(backend, LINE, 1, 1)) {
      Training training = f.training(ADAM);
      for (int i = 0; i < 100; i++) {
        backend.network().update(f.network, f.real(6e18, 6e18), training);
      }
      assertEquals(0, f.nonFinite.toInts()[0]);
      // Equal gradients: m̂ = g and v̂ = g², so each step is the learning rate.
      assertArrayEquals(new double[] {0.9, 0.9}, f.parameters(), 1e-5);
      double[] before = f.parameters();
      double[] second = f.secondMoment.toDoubles();
      for (double size : new double[] {7e18, 1e20, 6e20, 1e30}) {
        backend.network().update(f.network, f.real(size, size), training);
      }
      assertEquals(101, f.nonFinite.toInts()[0]);
      assertArrayEquals(before, f.parameters());
      assertArrayEquals(second, f.secondMoment.toDoubles());
      backend.network().update(f.network, f.real(6e18, 6e18), training);
      assertTrue(f.parameters()[0] < before[0], "it moves on");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void largeGradientThatIsLimited(String loops) {
    try (Backend backend = open(loops);
        NetworkFixture f = new NetworkFixture(backend, LINE, 1, 1)) {
      Training training = f.training(ADAM.withMaxGradientNorm(1));
      backend.network().update(f.network, f.real(3e30, 4e30), training);
      assertEquals(0, f.nonFinite.toInts()[0]);
      assertArrayEquals(new double[] {0.06, 0.08}, f.firstMoment.toDoubles(), 1e-7);
    }
  }
}
