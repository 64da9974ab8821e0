package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendException;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.AdamSettings;
import dev.maxent.kernel.Network;
import dev.maxent.kernel.NetworkInputs;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.kernel.TargetUpdate;
import dev.maxent.kernel.Training;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks where memory, sums or squares are at their limits. */
class NetworkLimitsTest {
  private static final NetworkShape LINE = NetworkShape.of(1, 1);

  @BeforeAll
  static void needsOpenCl() {
    Needed.opencl();
  }

  @Test
  void worksAgainAfterMemoryThatDidNotFit() {
    NetworkShape wide = NetworkShape.of(1, 1024, 1);
    int few = 256;
    try (Backend backend = Backends.open("opencl");
        DeviceArray parameters = filled(backend, wide.parameters(), 0.01f);
        DeviceArray x = filled(backend, few, 1);
        DeviceArray y = backend.allocate(ElementType.REAL, few)) {
      Network network = new Network(wide, parameters);
      NetworkInputs rows = new NetworkInputs(x, few, true);
      backend.network().forward(network, rows, y);
      float[] first = y.toFloats();
      // The largest array takes less than the units of so many rows would.
      int many = (int) (backend.info().maxAllocationBytes() / (4 * 1024) + 1);
      Needed.orSkip(
          many <= 1 << 20,
          "memory that does not fit: an array of this device holds the units of any batch allowed");
      try (DeviceArray manyX = backend.allocate(ElementType.REAL, many);
          DeviceArray manyY = backend.allocate(ElementType.REAL, many)) {
        NetworkInputs manyRows = new NetworkInputs(manyX, many, true);
        assertThrows(
            BackendException.class, () -> backend.network().forward(network, manyRows, manyY));
      }
      backend.network().forward(network, rows, y);
      assertArrayEquals(first, y.toFloats());
    }
  }

  /** Added one after the other, 65,536 terms of 0.1 · 2⁻²⁰ are off by 6 · 10⁻⁴ of their sum. */
  @Test
  void addsUpManyEqualTerms() {
    int batch = 1 << 20;
    try (Backend backend = Backends.open("opencl");
        DeviceArray parameters = filled(backend, LINE.parameters(), 1);
        DeviceArray x = filled(backend, batch, 1);
        DeviceArray upstream = filled(backend, batch, 0.1f / batch);
        DeviceArray gradient = backend.allocate(ElementType.REAL, LINE.parameters())) {
      Network network = new Network(LINE, parameters);
      NetworkInputs rows = new NetworkInputs(x, batch, true);
      backend.network().backward(network, rows, upstream, gradient, null);
      for (float g : gradient.toFloats()) {
        assertEquals(0.1f, g, 0.1f * 4 * 0x1p-24 * (1 + Math.sqrt(batch / 16.0)));
      }
    }
  }

  /** The largest gradients whose step is taken, and larger ones. */
  @Test
  void squaresLargeGradients() {
    try (Backend backend = Backends.open("opencl");
        DeviceArray parameters = filled(backend, LINE.parameters(), 1);
        DeviceArray gradient = filled(backend, LINE.parameters(), 6e18f);
        DeviceArray larger = filled(backend, LINE.parameters(), 7e18f);
        DeviceArray first = backend.allocate(ElementType.REAL, LINE.parameters());
        DeviceArray second = backend.allocate(ElementType.REAL, LINE.parameters());
        DeviceArray step = backend.allocate(ElementType.INT32, 1);
        DeviceArray nonFinite = backend.allocate(ElementType.INT32, 1)) {
      Training training = Training.of(AdamSettings.of(1e-3), first, second, step, nonFinite);
      backend.network().update(new Network(LINE, parameters), gradient, training);
      for (float v : second.toFloats()) {
        assertEquals(3.6e34, v, 1e29);
      }
      assertArrayEquals(new int[] {0}, nonFinite.toInts());
      float[] before = parameters.toFloats();
      backend.network().update(new Network(LINE, parameters), larger, training);
      assertArrayEquals(before, parameters.toFloats());
      assertArrayEquals(new int[] {2}, nonFinite.toInts());
    }
  }

  /** A target that is where it goes to stays, and a copy is one whatever was there. */
  @Test
  void followsToTheEnd() {
    NetworkShape shape = NetworkShape.of(1, 35);
    float[] theta = new float[shape.parameters()];
    float[] nothing = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      theta[i] = (float) Math.sin(i);
      nothing[i] = Float.NaN;
    }
    try (Backend backend = Backends.open("opencl");
        DeviceArray parameters = backend.real(theta);
        DeviceArray target = backend.real(theta);
        DeviceArray gradient = filled(backend, theta.length, 0);
        DeviceArray first = backend.allocate(ElementType.REAL, theta.length);
        DeviceArray second = backend.allocate(ElementType.REAL, theta.length);
        DeviceArray step = backend.allocate(ElementType.INT32, 1);
        DeviceArray nonFinite = backend.allocate(ElementType.INT32, 1)) {
      Network network = new Network(shape, parameters);
      Training plain = Training.of(AdamSettings.of(1e-3), first, second, step, nonFinite);
      Training slow = plain.withTarget(TargetUpdate.polyak(2e-5), target);
      for (int i = 0; i < 1000; i++) {
        backend.network().update(network, gradient, slow);
      }
      assertArrayEquals(theta, target.toFloats());
      target.upload(nothing);
      backend.network().update(network, gradient, plain.withTarget(TargetUpdate.polyak(1), target));
      assertArrayEquals(theta, target.toFloats());
    }
  }

  private static DeviceArray filled(Backend backend, int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return backend.real(values);
  }
}
