package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.SteinMemory;
import dev.maxent.backend.Backend;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory beyond the arguments grows with n and not with n². The JVM itself counts what is allocated
 * outside of its heap ({@code -XX:NativeMemoryTracking}), and what is left on the heap afterwards.
 * Garbage is not counted: there is none once the loops are compiled ({@link AllocationTest}).
 */
class SteinMemoryTest {
  private static final int THREADS = 2;
  private static final int DIMENSIONS = 8;
  private static final long MEGABYTE = 1_000_000;

  /**
   * The distances that a worker keeps while it looks for the median (2²⁰ floats), its tiles and
   * chunks of kernels, and what the JVM allocates aside.
   */
  private static final long PER_THREAD = (4L << 20) + (256 << 10);

  /** The particles once more, transposed, and a byte or number per state. */
  private static long expected(int n) {
    return THREADS * PER_THREAD + 4L * (n + 64) * DIMENSIONS;
  }

  /**
   * Prints loops, particles and bytes for each number of particles that the property {@code
   * particles} lists, in rising order. By hand, with the vector loops and 100,000 particles: {@code
   * java -XX:NativeMemoryTracking=summary --add-modules jdk.incubator.vector -Dparticles=100000
   * -Dloops=vector -cp … 'dev.maxent.cpu.SteinMemoryTest$Meter'}.
   */
  static final class Meter {
    private static final Pattern OTHER =
        Pattern.compile("malloc=(\\d+) tag=Other #\\d+\\) \\((?:peak=(\\d+) #|at peak)");

    public static void main(String[] arguments) {
      String loops = System.getProperty("loops");
      for (String n : System.getProperty("particles").split(",", -1)) {
        try (Backend backend = Bits.open(loops, THREADS)) {
          int count = Integer.parseInt(n);
          // Loads and makes what the size does not matter for.
          SteinMemory.direction(backend, 64, DIMENSIONS, Meter::now, Meter::most);
          long[] bytes = new long[2];
          SteinMemory.direction(
              backend, count, DIMENSIONS, () -> bytes[0] = now(), () -> bytes[1] = most());
          System.out.printf(Locale.ROOT, "memory %s %d %d%n", loops, count, bytes[1] - bytes[0]);
        }
      }
    }

    private static long now() {
      return heap() + Long.parseLong(other().group(1));
    }

    private static long most() {
      Matcher other = other();
      return heap() + Long.parseLong(other.group(other.group(2) == null ? 1 : 2));
    }

    private static long heap() {
      System.gc();
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Matcher other() {
      try {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Object report =
            server.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmNativeMemory",
                new Object[] {new String[] {"summary", "scale=b"}},
                new String[] {String[].class.getName()});
        Matcher matcher = OTHER.matcher(report.toString());
        if (!matcher.find()) {
          throw new IllegalStateException(report.toString());
        }
        return matcher;
      } catch (JMException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.maxent.cpu.Bits#loops")
  void growsWithParticlesOnly(String loops) {
    List<String> options =
        List.of(
            "-XX:NativeMemoryTracking=summary",
            "-Dparticles=1500,6000",
            "-Dloops=" + loops,
            "--add-modules",
            loops.equals("vector") ? "jdk.incubator.vector" : "java.base");
    Fork.Outcome outcome = Fork.run(Meter.class, options, Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String> lines =
        outcome.output().lines().filter(line -> line.startsWith("memory ")).toList();
    assertEquals(2, lines.size(), outcome::output);
    for (String line : lines) {
      String[] parts = line.split(" ", -1);
      long bytes = Long.parseLong(parts[3]);
      long most = expected(Integer.parseInt(parts[2]));
      assertTrue(bytes <= most, () -> line + ": expected at most " + most);
      // Not blind: among a million distances and more, 2²⁰ are kept.
      assertTrue(bytes > 4L << 20, line);
    }
  }

  @Test
  void leavesRoomForHundredThousandParticles() {
    assertTrue(expected(100_000) < 64 * MEGABYTE);
  }
}
