package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.Fork;
import dev.maxent.workload.SplitCases;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A call in steady state allocates nothing on the Java heap, is one launch (two for a tabular
 * backup, two to five for Stein's kernels), moves nothing between host and device, and writes
 * nothing beyond its outputs.
 */
class SteadyStateTest {
  @TestFactory
  List<DynamicTest> operations() {
    Needed.opencl();
    Fork.Outcome outcome = Needed.fork(Meter.class, Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String[]> lines =
        outcome
            .output()
            .lines()
            .filter(line -> line.startsWith("steady "))
            .map(line -> line.split(" ", -1))
            .toList();
    assertEquals(SplitCases.small().size() + 2, lines.size(), outcome::output);
    return lines.stream().map(line -> dynamicTest(line[1], () -> check(line))).toList();
  }

  /** A state's bandwidth takes one launch where it is fixed and three where it is a median. */
  private static int launches(String name) {
    if (name.startsWith("stein/direction")) {
      return name.startsWith("stein/direction+median") ? 4 : 2;
    }
    if (name.startsWith("stein/discrepancy")) {
      return 5;
    }
    if (name.startsWith("stein/bandwidths")) {
      return 3;
    }
    return name.startsWith("tabular/") ? 2 : name.endsWith("load") ? 0 : 1;
  }

  private static void check(String[] line) {
    String name = line[1];
    double bytes = Double.parseDouble(line[2]);
    int launches = launches(name);
    assertAll(
        () -> assertTrue(bytes < Meter.MOST_BYTES_PER_CALL, bytes + " bytes of heap per call"),
        () -> assertEquals(launches, Long.parseLong(line[3]), "launches"),
        () -> assertEquals("false", line[4], "something crossed between host and device"),
        () -> assertEquals("true", line[5], "guard bytes are intact"));
  }
}
