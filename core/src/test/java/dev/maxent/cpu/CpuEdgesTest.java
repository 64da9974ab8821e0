package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that a review found the cpu backend to get wrong, held against the reference. */
class CpuEdgesTest {
  private static int[] sampled(String id, int rows, int columns, boolean masked) {
    float[] values = new float[rows * columns];
    Random random = new Random(columns);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    byte[] mask = new byte[columns];
    Arrays.fill(mask, (byte) 1);
    try (Backend backend = Backends.open(id)) {
      // First something narrow, so that scratch has its least size.
      sample(backend, new float[16], 1, 16, Arrays.copyOf(mask, 16));
      return sample(backend, values, rows, columns, masked ? mask : null);
    }
  }

  private static int[] sample(Backend b, float[] q, int rows, int columns, byte[] mask) {
    ActionValues values = ActionValues.of(b.real(q), rows, columns);
    if (mask != null) {
      values = values.withMask(b.bytes(mask));
    }
    DeviceArray actions = b.allocate(ElementType.INT32, rows);
    b.softValue().sample(values, Temperature.of(1), RandomState.of(b, 1), actions);
    return actions.toInts();
  }

  @ParameterizedTest
  @ValueSource(ints = {2046, 2105, 2108, 2109, 2110, 2111, 2112, 2113, 3125})
  void scratchThatGrowsFreesNothingInUse(int columns) {
    for (boolean masked : new boolean[] {true, false}) {
      int[] expected = sampled("reference", 4, columns, masked);
      assertArrayEquals(expected, sampled("cpu", 4, columns, masked));
    }
  }

  @Test
  void hugeTemperaturesAreUniform() {
    try (Backend cpu = Backends.open("cpu")) {
      DeviceArray entropy = cpu.allocate(ElementType.REAL, 1);
      DeviceArray expectedQ = cpu.allocate(ElementType.REAL, 1);
      PolicyOutputs outputs = PolicyOutputs.none().withEntropy(entropy).withExpectedQ(expectedQ);
      ActionValues q = ActionValues.of(cpu.real(1, 2, 3), 1, 3);
      cpu.softValue().policy(q, Temperature.of(1e38), outputs);
      assertEquals(Math.log(3), entropy.toFloats()[0], 1e-6);
      assertEquals(2, expectedQ.toFloats()[0], 1e-6);
    }
  }

  @Test
  void weightsThatAreNotNumbersCountWhereQIsMinusInfinity() {
    float[] weights = {Float.NaN, 0, Float.POSITIVE_INFINITY, 0};
    float[] q = {Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY, 1};
    float[][] values = new float[2][];
    String[] ids = {"reference", "cpu"};
    for (int i = 0; i < 2; i++) {
      try (Backend b = Backends.open(ids[i])) {
        DeviceArray value = b.allocate(ElementType.REAL, 2);
        ActionValues rows = ActionValues.of(b.real(q), 2, 2).withLogWeights(b.real(weights));
        b.softValue().logSumExp(rows, Temperature.of(1), value);
        values[i] = value.toFloats();
      }
    }
    assertArrayEquals(new float[] {Float.NaN, Float.NaN}, values[0]);
    assertArrayEquals(values[0], values[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1000, 2000})
  void infiniteUpstreamGivesNanWhereTheProbabilityIsZero(int columns) {
    byte[] mask = new byte[columns];
    mask[1] = 1;
    float[][] gradients = new float[2][];
    String[] ids = {"reference", "cpu"};
    for (int i = 0; i < 2; i++) {
      try (Backend b = Backends.open(ids[i])) {
        DeviceArray gradient = b.allocate(ElementType.REAL, columns);
        ActionValues q =
            ActionValues.of(b.real(new float[columns]), 1, columns).withMask(b.bytes(mask));
        DeviceArray upstream = b.real(Float.POSITIVE_INFINITY);
        b.softValue().logSumExpGradient(q, Temperature.of(1), upstream, gradient);
        gradients[i] = gradient.toFloats();
      }
    }
    assertArrayEquals(gradients[0], gradients[1]);
  }

  /**
   * By state: as it should be, −0, below 0, ∞ (1 − log ∞ = −∞), NaN, Q = ∞ not taken, and taken.
   */
  @Test
  void policiesThatAreNoneSpoilTheirStateOnly() {
    float inf = Float.POSITIVE_INFINITY;
    float[] policy = {.5f, .5f, 1, -0f, 1.5f, -.5f, inf, 0, Float.NaN, 1, 1, 0, .5f, .5f};
    int pairs = policy.length;
    int[] next = new int[pairs];
    next[11] = 1;
    next[13] = 1;
    double[] p = new double[pairs];
    Arrays.fill(p, 1);
    boolean[] allowed = new boolean[pairs];
    Arrays.fill(allowed, true);
    int[] offsets = IntStream.rangeClosed(0, pairs).toArray();
    float[][] values = new float[2][];
    String[] ids = {"reference", "cpu"};
    for (int i = 0; i < 2; i++) {
      try (Backend b = Backends.open(ids[i])) {
        TabularModel model =
            new TabularModel(b, 7, 2, offsets, next, p, new double[pairs], allowed);
        BackupOutputs outputs =
            new BackupOutputs(
                b.allocate(ElementType.REAL, pairs),
                b.allocate(ElementType.REAL, 7),
                b.allocate(ElementType.REAL, 1));
        DeviceArray v = b.real(1, inf, 0, 0, 0, 0, 0);
        b.tabular().policyBackup(model, 1, Temperature.of(1), b.real(policy), v, outputs);
        values[i] = outputs.nextValues().toFloats();
      }
    }
    float nan = Float.NaN;
    float entropy = (float) Math.log(2);
    assertArrayEquals(new float[] {1 + entropy, 1, nan, -inf, nan, 1, inf}, values[0], 1e-6f);
    assertArrayEquals(values[0], values[1], 1e-6f);
  }
}
