package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Memory stays flat over many calls and many backends, and no OpenCL object is left behind. */
class SoakTest {
  /** glibc returns what is freed; else it keeps some pinned halves for later, as it happens. */
  private static final Map<String, String> GIVE_BACK =
      Map.of("MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "131072");

  /**
   * Readings grow by one MiB while HotSpot warms up; its optimising compiler, which would take ten
   * more at some point, is off. Over the last two thirds of the loops the bound is 2 KiB a call or
   * 40 KiB a backend: a leaked pinned half alone has 4 MiB.
   */
  private static final long MOST_KIBIBYTES = 4096;

  @Test
  void memoryStaysFlat() {
    Needed.opencl();
    Needed.orSkip(
        Files.exists(Path.of("/proc/self/status")),
        "growth of resident memory, which is read from /proc/self/status");
    Fork.Outcome outcome =
        Needed.fork(
            Soak.class,
            GIVE_BACK,
            "-XX:TieredStopAtLevel=1",
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-D" + Soak.CALLS + "=3000",
            "-D" + Soak.PAIRS + "=150");
    assertEquals(0, outcome.exit(), outcome::output);
    long bare = Math.max(0, growth(outcome.output(), "bare"));
    for (String loop : new String[] {"calls", "pairs"}) {
      long growth = growth(outcome.output(), loop) - bare;
      assertTrue(growth < MOST_KIBIBYTES, () -> loop + ": " + growth + "\n" + outcome.output());
    }
  }

  /** KiB from the reading after a third of a loop to its last. */
  private static long growth(String output, String loop) {
    long[] readings =
        output
            .lines()
            .filter(line -> line.startsWith(loop + " "))
            .mapToLong(line -> Long.parseLong(line.split(" ", -1)[2]))
            .toArray();
    assertEquals(11, readings.length, output);
    return readings[10] - readings[3];
  }
}
