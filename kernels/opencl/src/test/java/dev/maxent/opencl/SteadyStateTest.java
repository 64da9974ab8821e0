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
 * A call in steady state allocates nothing on the Java heap, is one launch, or two for a tabular
 * backup, moves nothing between host and device, and writes nothing beyond its outputs.
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

  private static void check(String[] line) {
    String name = line[1];
    double bytes = Double.parseDouble(line[2]);
    int launches = name.startsWith("tabular/") ? 2 : name.endsWith("load") ? 0 : 1;
    assertAll(
        () -> assertTrue(bytes < Meter.MOST_BYTES_PER_CALL, bytes + " bytes of heap per call"),
        () -> assertEquals(launches, Long.parseLong(line[3]), "launches"),
        () -> assertEquals("false", line[4], "something crossed between host and device"),
        () -> assertEquals("true", line[5], "guard bytes are intact"));
  }
}
