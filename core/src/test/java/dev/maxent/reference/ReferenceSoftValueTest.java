package dev.maxent.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.Temperature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How rows, heads, masks, weights and temperatures are laid out; by hand. */
class ReferenceSoftValueTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private double[] values(ActionValues q, Temperature temperature) {
    DeviceArray value = backend.allocate(ElementType.REAL, q.rows());
    backend.softValue().logSumExp(q, temperature, value);
    return value.toDoubles();
  }

  @Test
  void rowsAreIndependent() {
    // A backend that subtracts the maximum of the whole array gives −∞ for the second row.
    ActionValues q = ActionValues.of(backend.real(0f, 0f, -200f, -200f), 2, 2);
    double ln2 = Math.log(2);
    assertArrayEquals(new double[] {ln2, ln2 - 200}, values(q, Temperature.of(1)), 1e-13);
  }

  @Test
  void masksAndWeightsPerRowAndShared() {
    DeviceArray q = backend.real(new double[] {1, NAN, 2, 3});
    ActionValues plain = ActionValues.of(q, 2, 2);
    DeviceArray own = backend.bytes((byte) 1, (byte) 0, (byte) 0, (byte) -1);
    assertArrayEquals(new double[] {1, 3}, values(plain.withMask(own), Temperature.of(1)), 1e-15);
    DeviceArray shared = backend.bytes((byte) 1, (byte) 0);
    assertArrayEquals(
        new double[] {1, 2}, values(plain.withMask(shared), Temperature.of(1)), 1e-15);
    DeviceArray weights = backend.real(new double[] {0.5, -INF});
    assertArrayEquals(
        new double[] {2, 3}, values(plain.withLogWeights(weights), Temperature.of(2)), 1e-15);
  }

  @Test
  void temperaturesPerRowAndOnDevice() {
    ActionValues q = ActionValues.of(backend.real(0f, 0f, 0f, 0f, 0f, 0f), 3, 2);
    double ln2 = Math.log(2);
    assertArrayEquals(
        new double[] {0, ln2, NAN},
        values(q, Temperature.perRow(backend.real(0f, 1f, -1f))),
        1e-15);
    assertArrayEquals(
        new double[] {3 * ln2, 3 * ln2, 3 * ln2},
        values(q, Temperature.onDevice(backend.real(3f))),
        1e-15);
  }

  @Test
  void headsTakeTheMinimum() {
    DeviceArray q = backend.real(1f, 9f, 5f, 4f);
    ActionValues twin = ActionValues.of(q, 1, 2).withHeads(2);
    assertArrayEquals(new double[] {4}, values(twin, Temperature.of(0)));
  }

  @Test
  void bellmanTargetByHand() {
    DeviceArray next = backend.real(new double[] {0, 0, NAN, NAN, -1, 3});
    DeviceArray target = backend.allocate(ElementType.REAL, 3);
    backend
        .softValue()
        .bellmanTarget(
            ActionValues.of(next, 3, 2),
            Temperature.perRow(backend.real(1f, 1f, 0f)),
            backend.real(1f, 7f, 2f),
            backend.bytes((byte) 0, (byte) 3, (byte) 0),
            0.5,
            target);
    assertArrayEquals(new double[] {1 + 0.5 * Math.log(2), 7, 3.5}, target.toDoubles(), 1e-15);
  }

  @Test
  void gradientScalesProbabilities() {
    ActionValues q = ActionValues.of(backend.real(new double[] {0, Math.log(3)}), 1, 2);
    DeviceArray gradient = backend.allocate(ElementType.REAL, 2);
    backend.softValue().logSumExpGradient(q, Temperature.of(1), backend.real(-4f), gradient);
    assertArrayEquals(new double[] {-1, -3}, gradient.toDoubles(), 1e-15);
  }

  @Test
  void policyWritesOnlyWhatIsAsked() {
    ActionValues q = ActionValues.of(backend.real(0f, 0f), 1, 2);
    DeviceArray entropy = backend.allocate(ElementType.REAL, 1);
    backend.softValue().policy(q, Temperature.of(1), PolicyOutputs.none().withEntropy(entropy));
    assertEquals(Math.log(2), entropy.toDoubles()[0], 1e-16);
  }

  @Test
  void greedyAndSampleSkipExcluded() {
    DeviceArray q = backend.real(new double[] {9, 1, 1, 9, 9, 9});
    DeviceArray mask = backend.bytes((byte) 0, (byte) 1, (byte) 1);
    ActionValues masked = ActionValues.of(q, 2, 3).withMask(mask);
    DeviceArray actions = backend.allocate(ElementType.INT32, 2);
    backend.softValue().greedy(masked, actions);
    assertArrayEquals(new int[] {1, 1}, actions.toInts());
    RandomState state = RandomState.of(backend, 1);
    for (int i = 0; i < 200; i++) {
      backend.softValue().sample(masked, Temperature.of(1), state, actions);
      for (int action : actions.toInts()) {
        assertEquals(1.5, action, 0.5);
      }
    }
    assertEquals(200, state.counter());
  }
}
