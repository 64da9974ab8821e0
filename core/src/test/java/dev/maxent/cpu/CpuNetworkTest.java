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
import dev.maxent.kernel.NetworkShape;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import org.junit.jupiter.api.Test;

/** Shapes at which the work is cut otherwise than in the small cases of the parity tests. */
class CpuNetworkTest {
  /** Against the reference, each number by its own bound. */
  private static void compare(NetworkShape shape, int batch) {
    try (Backend reference = Backends.open("reference")) {
      for (KernelCase kernelCase : SplitCases.networks(shape, batch)) {
        Inputs inputs = kernelCase.source().inputs(1);
        try (Session right = kernelCase.open(reference, inputs)) {
          right.run();
          for (String loops : Bits.loops()) {
            try (Backend backend = Bits.open(loops, 2);
                Session session = kernelCase.open(backend, inputs)) {
              session.run();
              Comparison comparison = Comparison.of(kernelCase, 1, inputs, right, session);
              assertTrue(comparison.passed(), () -> loops + ": " + comparison.message());
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
    compare(NetworkShape.of(3, 140, 130, 1).layerNorm(true), 400);
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
    for (int batch : new int[] {1, 15, 16, 17, 31, 33, 100}) {
      compare(NetworkShape.of(3, 9, 2).networks(18).activation(Activation.SILU), batch);
      compare(NetworkShape.of(3, 16, 17, 2).networks(18), batch);
    }
    compare(NetworkShape.of(1, 7, 1, 8, 1, 1).networks(33), 37);
    compare(NetworkShape.of(1, 1).networks(19), 9);
    compare(NetworkShape.of(20, 32, 32, 32, 32, 32, 32, 32, 32, 32, 11).networks(16), 33);
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
