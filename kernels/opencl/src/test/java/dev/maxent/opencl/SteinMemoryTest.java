package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.SteinMemory;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.Particles;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Memory beyond the arguments, by OpenCL's buffers: none for particles, little for states. */
class SteinMemoryTest {
  private static final int DIMENSIONS = 8;

  /** Some numbers of the state and 256 counters of its search; not yet a float per particle. */
  private static final long MOST = 8192;

  /** By hand: {@code … -Dparticles=100000 'dev.maxent.opencl.SteinMemoryTest$Meter'}. */
  static final class Meter {
    private Meter() {}

    static long bytes(int particles) {
      try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl")) {
        OpenClQueue queue = backend.queue();
        long before = queue.allocated();
        // Arguments are closed at the end; what else it allocates stays until the backend closes.
        SteinMemory.direction(backend, particles, DIMENSIONS, () -> {}, () -> {});
        return queue.allocated() - before;
      }
    }

    public static void main(String[] arguments) {
      int particles = Integer.getInteger("particles");
      System.out.printf(Locale.ROOT, "memory opencl %d %d%n", particles, bytes(particles));
    }
  }

  /** Bandwidth, temperature and where a search stands; counters of each state would be 2048. */
  private static final long MOST_PER_STATE = 64;

  @Test
  void takesLittleForEachOfManyStates() {
    Needed.opencl();
    int states = 4000;
    int n = 50;
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl");
        DeviceArray x = backend.allocate(ElementType.REAL, (long) states * n);
        DeviceArray h = backend.allocate(ElementType.REAL, states)) {
      float[] places = new float[states * n];
      for (int i = 0; i < places.length; i++) {
        places[i] = (float) Math.sqrt(i % n);
      }
      x.upload(places);
      long before = backend.queue().allocated();
      Particles particles = new Particles(x, states, n, 1);
      Bandwidth rule = Bandwidth.of(Bandwidth.Rule.PLAIN_MEDIAN);
      backend.stein().bandwidths(particles, particles, rule, h);
      long bytes = backend.queue().allocated() - before;
      assertTrue(bytes <= states * MOST_PER_STATE, bytes + " bytes for " + states + " states");
      float[] all = h.toFloats();
      for (float each : all) {
        assertEquals(all[0], each, 0);
      }
      assertTrue(all[0] > 0 && all[0] < n, () -> "h = " + all[0]);
    }
  }

  @Test
  void doesNotGrowWithParticles() {
    Needed.opencl();
    long bytes = Meter.bytes(6000);
    assertTrue(bytes <= MOST, bytes + " bytes: expected at most " + MOST);
  }
}
