package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.SteinMemory;
import dev.maxent.backend.Backends;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Memory beyond the arguments does not grow with the particles of a set, by OpenCL's buffers. */
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

  @Test
  void doesNotGrowWithParticles() {
    Needed.opencl();
    long bytes = Meter.bytes(6000);
    assertTrue(bytes <= MOST, bytes + " bytes: expected at most " + MOST);
  }
}
