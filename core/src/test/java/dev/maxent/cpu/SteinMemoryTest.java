package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.maxent.Fork;
import dev.maxent.SteinMemory;
import dev.maxent.backend.Backend;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Memory beyond the arguments grows with n and not with n². The JVM itself counts what is allocated
 * outside of its heap ({@code -XX:NativeMemoryTracking}), and what is left on the heap afterwards.
 * Garbage is not counted: there is none once the loops are compiled ({@link AllocationTest}).
 */
@Execution(ExecutionMode.CONCURRENT)
class SteinMemoryTest {
  private static final int DIMENSIONS = 8;
  private static final long MEGABYTE = 1_000_000;

  /** Numbers of particles. */
  private static final List<Integer> SIZES = List.of(1500, 6000);

  /** Distances that are kept while the median is looked for: 2²⁰ floats, and at most four times. */
  private static long kept(int threads) {
    return (4L << 20) * (1 + Math.min(4, threads - 1));
  }

  /** A thread's tiles and chunks of kernels, and what the JVM allocates aside. */
  private static final long PER_THREAD = 256 << 10;

  /**
   * The particles once more, transposed, then in tiles with their scores and sums, while the former
   * makes room for the latter, and a byte or number per state.
   */
  private static long particles(int n) {
    return 4 * 4L * (n + 64) * DIMENSIONS;
  }

  /**
   * Prints loops, particles and bytes for each number of particles that the property {@code
   * particles} lists, in rising order. By hand, with the vector loops and 100,000 particles: {@code
   * java -XX:NativeMemoryTracking=summary --add-modules jdk.incubator.vector -Dparticles=100000
   * -Dloops=vector -Dthreads=2 -cp … 'dev.maxent.cpu.SteinMemoryTest$Meter'}.
   */
  static final class Meter {
    private static final Pattern OTHER =
        Pattern.compile("malloc=(\\d+) tag=Other #\\d+\\) \\((?:peak=(\\d+) #|at peak)");

    public static void main(String[] arguments) {
      String loops = System.getProperty("loops");
      int threads = Integer.getInteger("threads");
      for (String n : System.getProperty("particles").split(",", -1)) {
        try (Backend backend = Bits.open(loops, threads)) {
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

  static Stream<Arguments> growsWithParticlesOnly() {
    return Bits.loops().stream().flatMap(l -> Stream.of(arguments(l, 2), arguments(l, 16)));
  }

  @ParameterizedTest
  @MethodSource
  void growsWithParticlesOnly(String loops, int threads) {
    List<String> options =
        List.of(
            "-XX:NativeMemoryTracking=summary",
            "-Dparticles=" + SIZES.stream().map(String::valueOf).collect(Collectors.joining(",")),
            "-Dloops=" + loops,
            "-Dthreads=" + threads,
            "--add-modules",
            loops.equals("vector") ? "jdk.incubator.vector" : "java.base");
    Fork.Outcome outcome = Fork.run(Meter.class, options, Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String> lines =
        outcome.output().lines().filter(line -> line.startsWith("memory ")).toList();
    assertEquals(SIZES.size(), lines.size(), outcome::output);
    for (int i = 0; i < SIZES.size(); i++) {
      String line = lines.get(i);
      int n = SIZES.get(i);
      long bytes = Long.parseLong(line.split(" ", -1)[3]);
      long most = kept(threads) + threads * PER_THREAD + particles(n);
      assertTrue(bytes <= most, () -> line + ": expected at most " + most);
      // Not blind: among a million distances and more, 2²⁰ are kept.
      assertTrue(bytes > 4L << 20, line);
      // As it grows with the particles only, a hundred thousand have room in 64 MB.
      assertTrue(bytes - particles(n) + particles(100_000) < 64 * MEGABYTE, line);
    }
  }
}
