package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.NetworkFixture;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Shapes at which the work is cut otherwise than in the small cases of the parity tests. */
class CpuNetworkTest {
  private static double[] random(long seed, long count, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /** Outputs, both gradients, and parameters and loss after two steps. */
  private static double[][] results(Backend backend, NetworkShape shape, int batch) {
    double scale = 1 / Math.sqrt(shape.width(shape.layers() - 1));
    double[] parameters = random(1, shape.allParameters(), scale);
    try (NetworkFixture fixture = new NetworkFixture(backend, shape, parameters)) {
      NetworkInputs x = fixture.shared(random(2, (long) batch * shape.inputs(), 1));
      double[] y = fixture.forward(x);
      double[][] gradients = fixture.backward(x, random(3, y.length, 1));
      double[] targets = random(4, (long) batch * shape.outputs(), 1);
      for (int i = 0; i < 2; i++) {
        // An ε that keeps a step from depending on the sign of a tiny gradient.
        AdamSettings adam = AdamSettings.of(1e-2).withEpsilon(1e-2);
        fixture.step(x, targets, rows -> rows, fixture.training(adam));
      }
      return new double[][] {
        y,
        gradients[0],
        gradients[1],
        fixture.parameters(),
        fixture.loss.toDoubles(),
        fixture.gradientNorm.toDoubles()
      };
    }
  }

  /**
   * Against the reference. Sums over k terms of random sign are off by some √k · 2⁻²⁴ of their
   * terms, through a few layers; a row that is left out or counted twice is off by 1/batch.
   */
  private static void compare(NetworkShape shape, int batch) {
    try (Backend reference = Backends.open("reference")) {
      double[][] expected = results(reference, shape, batch);
      for (String loops : Bits.loops()) {
        try (Backend backend = Bits.open(loops, 2)) {
          double[][] actual = results(backend, shape, batch);
          for (int array = 0; array < expected.length; array++) {
            double size = 0;
            for (double value : expected[array]) {
              size = Math.max(size, Math.abs(value));
            }
            for (int i = 0; i < expected[array].length; i++) {
              String what =
                  "%s, %s, batch %d: array %d[%d]".formatted(loops, shape, batch, array, i);
              assertEquals(expected[array][i], actual[array][i], 2e-5 * size, what);
            }
          }
        }
      }
    }
  }

  @Test
  void severalTilesPerChunk() {
    compare(NetworkShape.of(5, 20, 3), 1100);
    compare(NetworkShape.of(5, 20, 6).networks(40).activation(Activation.TANH), 300);
    compare(NetworkShape.of(3, 140, 130, 1).layerNorm(true), 700);
  }

  @Test
  void rowsThatDoNotFillAGroup() {
    for (int batch : new int[] {1, 7, 8, 9, 33, 127, 129}) {
      compare(NetworkShape.of(2, 70, 1), batch);
    }
  }

  @Test
  void wideLayers() {
    compare(NetworkShape.of(2, 3100, 2), 40);
    compare(NetworkShape.of(9000, 3), 17);
    compare(NetworkShape.of(3, 9000), 17);
  }

  /** One network to a lane, with lanes to spare and batches that end within a few rows. */
  @Test
  void networksInLanes() {
    for (int batch : new int[] {1, 15, 16, 17, 100}) {
      compare(NetworkShape.of(3, 9, 2).networks(18).activation(Activation.SILU), batch);
    }
    compare(NetworkShape.of(32, 32, 31, 4).networks(40), 70);
    compare(NetworkShape.of(6, 2).networks(16), 512);
  }

  @Test
  void smallAndLargeGradients() {
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 1);
          NetworkFixture fixture = new NetworkFixture(backend, NetworkShape.of(1, 1), 0, 0)) {
        AdamSettings adam = AdamSettings.of(1e-3);
        // The last is told, not taken: its square would be infinite.
        for (double size : new double[] {1e-25, 1e-15, 1, 1e15, 1e25}) {
          assertEquals(0, fixture.nonFinite.toInts()[0], loops);
          double[] gradient = {3 * size, 4 * size};
          backend.network().update(fixture.network, fixture.real(gradient), fixture.training(adam));
          double norm = fixture.gradientNorm.toDoubles()[0];
          assertEquals(5 * size, norm, 1e-6 * size, loops);
        }
        assertEquals(5, fixture.nonFinite.toInts()[0], loops);
      }
    }
  }

  @Test
  void scratchThatIsNotThere() {
    for (boolean onHeap : new boolean[] {false, true}) {
      try (Floats floats = new Floats(onHeap)) {
        BackendException refused = assertThrows(BackendException.class, () -> floats.fit(1L << 45));
        assertTrue(refused.getMessage().contains("floats does not fit"), refused.getMessage());
        floats.fit(3);
        floats.set(2, 5);
        assertEquals(5, floats.get(2));
      }
    }
  }

  /** Chunks, and with them the order of sums, depend on shapes only; small batches have one. */
  @Test
  void chunksGrowWithTheBatch() {
    NetworkPlan small = new NetworkPlan(NetworkShape.of(10, 64, 64, 1));
    NetworkPlan large = new NetworkPlan(NetworkShape.of(10, 256, 256, 1));
    assertEquals(1, small.chunks(0));
    assertEquals(2, small.chunks(64));
    assertEquals(1, large.chunks(64));
    assertEquals(2, large.chunks(256));
    assertEquals(8, large.chunks(4096));
    assertEquals(1, new NetworkPlan(small.shape.networks(64)).chunks(64));
  }
}
