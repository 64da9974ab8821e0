package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.Fork;
import dev.maxent.backend.Backends;
import dev.maxent.workload.SplitCases;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A call in steady state allocates nothing on the Java heap, is one launch (two for a tabular
 * backup, one to five for Stein's kernels, two for a regression step of small networks and else two
 * per layer and two more), moves nothing between host and device, and writes nothing beyond its
 * outputs.
 */
class SteadyStateTest {
  @TestFactory
  List<DynamicTest> operations() {
    Needed.opencl();
    boolean single;
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl")) {
      single = backend.queue().tuning().single();
    }
    return measure(SplitCases.small().size() + 2, name -> launches(name, single));
  }

  /** Where groups share work, a direction of few particles is one launch, median included. */
  @TestFactory
  List<DynamicTest> smallDirections() {
    String directions = "stein/direction.*";
    int cases = (int) SplitCases.small().stream().filter(c -> c.name().matches(directions)).count();
    return measure(
        cases,
        _ -> 1,
        "-D" + Tuning.PROPERTY + "=gpu",
        "-D" + Tuning.GROUP + "=64",
        "-D" + Meter.CASES + "=" + directions);
  }

  private static List<DynamicTest> measure(
      int cases, ToIntFunction<String> launches, String... options) {
    Needed.opencl();
    Fork.Outcome outcome = Needed.fork(Meter.class, Map.of(), options);
    assertEquals(0, outcome.exit(), outcome::output);
    List<String[]> lines =
        outcome
            .output()
            .lines()
            .filter(line -> line.startsWith("steady "))
            .map(line -> line.split(" ", -1))
            .toList();
    assertEquals(cases, lines.size(), outcome::output);
    return lines.stream()
        .map(line -> dynamicTest(line[1], () -> check(line, launches.applyAsInt(line[1]))))
        .toList();
  }

  /** A bandwidth takes one launch where it is fixed and three where it is a median. */
  private static int launches(String name, boolean single) {
    if (name.startsWith("stein/direction")) {
      return !single ? 1 : name.startsWith("stein/direction+median") ? 4 : 2;
    }
    if (name.startsWith("stein/discrepancy")) {
      return 5;
    }
    if (name.startsWith("stein/bandwidths")) {
      return 3;
    }
    if (name.startsWith("network/")) {
      return networkLaunches(name);
    }
    return name.startsWith("tabular/") ? 2 : name.endsWith("load") ? 0 : 1;
  }

  /**
   * One per layer and pass; with layer norm one more on the way up and two on the way down. A
   * gradient needs no outputs, but its parts are added up. A whole step is two where no hidden
   * layer is wider than 64.
   */
  private static int networkLaunches(String name) {
    String operation = name.split("/", -1)[1];
    String[] widths = name.split("/", -1)[2].split("-", -1);
    int layers = widths.length - 1;
    int norms = name.endsWith("norm") ? layers - 1 : 0;
    return switch (operation) {
      case "forward" -> layers + norms;
      case "backward" -> 2 * layers + 3 * norms;
      case "regression-step" ->
          IntStream.range(1, layers).allMatch(i -> Integer.parseInt(widths[i]) <= 64)
              ? 2
              : 2 * layers + 3 * norms + 2;
      case "update" -> 2;
      default -> 1;
    };
  }

  private static void check(String[] line, int launches) {
    double bytes = Double.parseDouble(line[2]);
    assertAll(
        () -> assertTrue(bytes < Meter.MOST_BYTES_PER_CALL, bytes + " bytes of heap per call"),
        () -> assertEquals(launches, Long.parseLong(line[3]), "launches"),
        () -> assertEquals("false", line[4], "something crossed between host and device"),
        () -> assertEquals("true", line[5], "guard bytes are intact"));
  }
}
