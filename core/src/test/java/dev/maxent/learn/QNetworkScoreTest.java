package dev.maxent.learn;

import static dev.maxent.backend.ElementType.REAL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.maxent.OnTestedBackends;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.Transfers;
import dev.maxent.kernel.Activation;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.Temperature;
import dev.maxent.learn.SteinSampler.Settings;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Actions sampled from exp(Q(s, a)/α), whose score is the input gradient of a network on the
 * device: Q(s, a) = −silu(a − s) − silu(s − a) = −(a − s) tanh((a − s)/2).
 */
class QNetworkScoreTest {
  private static final float[] STATES = {-1, 2.5f};
  private static final int COUNT = 64;
  private static final double ALPHA = 0.5;

  /** W and b of two units of s and a, and of their sum. */
  private static final double[] PARAMETERS = {-1, 1, 1, -1, 0, 0, -1, -1, 0};

  /** What the score needs on the device. */
  private record OnDevice(
      QNetwork q, DeviceArray rows, DeviceArray columns, DeviceArray ones, DeviceArray gradient)
      implements AutoCloseable {

    static OnDevice on(Backend backend) {
      int actions = STATES.length * COUNT;
      float[] rows = new float[2 * actions];
      for (int i = 0; i < actions; i++) {
        rows[2 * i] = STATES[i / COUNT];
      }
      float[] ones = new float[actions];
      Arrays.fill(ones, 1);
      NetworkShape shape = NetworkShape.of(2, 2, 1).activation(Activation.SILU);
      return new OnDevice(
          QNetwork.of(backend, shape, PARAMETERS),
          backend.real(rows),
          backend.int32(IntStream.range(0, actions).map(i -> 2 * i + 1).toArray()),
          backend.real(ones),
          backend.allocate(REAL, 2L * actions));
    }

    void score(Backend backend, Particles actions, DeviceArray score) {
      backend.random().scatter(actions.array(), 1, columns, rows);
      NetworkInputs inputs = NetworkInputs.shared(rows, STATES.length * COUNT);
      backend.network().backward(q.network(), inputs, ones, null, gradient);
      backend.random().gather(gradient, 1, columns, score);
    }

    @Override
    public void close() {
      q.close();
      rows.close();
      columns.close();
      ones.close();
      gradient.close();
    }
  }

  /** ∂Q/∂a by hand. */
  private static double gradient(double a, int i) {
    double half = (a - STATES[i / COUNT]) / 2;
    double tanh = Math.tanh(half);
    return -tanh - half * (1 - tanh * tanh);
  }

  private static final Score BY_HAND =
      Score.onHost((at, score) -> {
        for (int i = 0; i < at.length; i++) {
          score[i] = (float) gradient(at[i], i);
        }
      });

  @OnTestedBackends
  void isInputGradient(String id) {
    int actions = STATES.length * COUNT;
    float[] at = new float[actions];
    for (int i = 0; i < actions; i++) {
      at[i] = -4 + 8f * i / actions;
    }
    try (Backend backend = Backends.open(id);
        OnDevice device = OnDevice.on(backend);
        DeviceArray x = backend.real(at);
        DeviceArray score = backend.allocate(REAL, actions)) {
      device.score(backend, new Particles(x, STATES.length, COUNT, 1), score);
      double[] found = score.toDoubles();
      for (int i = 0; i < actions; i++) {
        // Two derivatives of silu up to 1.1, each of some roundings.
        assertEquals(gradient(at[i], i), found[i], 0x1p-20, "a = " + at[i]);
      }
    }
  }

  /** As with the gradient by hand, but nothing crosses; p is symmetric about the state. */
  @OnTestedBackends
  void samplesThePolicy(String id) {
    Settings settings =
        Settings.of(StepRule.adaGrad(0.5), 400).withTemperature(Temperature.of(ALPHA));
    long size = (long) STATES.length * COUNT;
    try (Backend backend = Backends.open(id);
        OnDevice device = OnDevice.on(backend);
        DeviceArray x = backend.allocate(REAL, size);
        DeviceArray y = backend.allocate(REAL, size);
        SteinSampler sampler =
            new SteinSampler(device::score, new Particles(x, STATES.length, COUNT, 1), settings);
        SteinSampler byHand =
            new SteinSampler(BY_HAND, new Particles(y, STATES.length, COUNT, 1), settings)) {
      sampler.drawNormal(1, 0);
      Transfers before = backend.transfers();
      sampler.run();
      assertEquals(before, backend.transfers(), "something crossed between host and device");
      byHand.drawNormal(1, 0).run();
      double[] actions = x.toDoubles();
      assertArrayEquals(y.toDoubles(), actions, 1e-3);
      for (int s = 0; s < STATES.length; s++) {
        double mean = Arrays.stream(actions, s * COUNT, (s + 1) * COUNT).average().orElseThrow();
        assertEquals(STATES[s], mean, 0.02);
      }
    }
  }
}
