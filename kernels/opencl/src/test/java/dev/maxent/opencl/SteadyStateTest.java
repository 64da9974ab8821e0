package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.Fork;
import dev.maxent.backend.Backends;
import dev.maxent.kernel.NetworkShape;
import dev.maxent.workload.SplitCases;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A call in steady state allocates nothing on the Java heap, is one launch (two for a tabular
 * backup, one to five for Stein's kernels, two for a regression step of networks that {@link
 * NetworkSmall} takes and else two per layer and two more), moves nothing between host and device,
 * and writes nothing beyond its outputs.
 */
class SteadyStateTest {
  @TestFactory
  List<DynamicTest> operations() {
    Needed.opencl();
    boolean single;
    NetworkSmall small;
    try (OpenClBackend backend = (OpenClBackend) Backends.open("opencl")) {
      single = backend.queue().tuning().single();
      small = new NetworkSmall(backend.queue(), null, null, null);
    }
    return measure(SplitCases.small().size() + 2, name -> launches(name, single, small));
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
  private static int launches(String name, boolean single, NetworkSmall small) {
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
      return networkLaunches(name, small);
    }
    return name.startsWith("tabular/") ? 2 : name.endsWith("load") ? 0 : 1;
  }

  /**
   * One per layer and pass; with layer norm one more on the way up and two on the way down. A
   * gradient needs no outputs, but its parts are added up. A whole step is two where {@link
   * NetworkSmall} takes it.
   */
  private static int networkLaunches(String name, NetworkSmall small) {
    String operation = name.split("/", -1)[1];
    String[] widths = name.split("/", -1)[2].split("-", -1);
    int layers = widths.length - 1;
    int norms = name.endsWith("norm") ? layers - 1 : 0;
    return switch (operation) {
      case "forward" -> layers + norms;
      case "backward" -> 2 * layers + 3 * norms;
      case "regression-step" ->
          small.fits(shape(widths, norms > 0)) ? 2 : 2 * layers + 3 * norms + 2;
      case "update" -> 2;
      default -> 1;
    };
  }

  /** Of the widths in a case's name, where the inputs follow the rows and an x. */
  private static NetworkShape shape(String[] widths, boolean norm) {
    int[] all =
        Stream.of(widths)
            .mapToInt(w -> Integer.parseInt(w.substring(w.indexOf('x') + 1)))
            .toArray();
    return NetworkShape.of(all).layerNorm(norm);
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
