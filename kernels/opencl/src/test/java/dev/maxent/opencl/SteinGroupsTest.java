package dev.maxent.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * The Stein directions of work-groups that share particles, against the reference, on whatever
 * device there is: parity tests run them on GPUs only. Shapes are chosen so that a CPU's compiler
 * has few programs to build, some of which take it seconds.
 */
class SteinGroupsTest {
  /** Cases, by work-items of a group. A group of 256 has the widest tiles. */
  private static final Map<Integer, String> CASES =
      new TreeMap<>(
          Map.of(
              64,
              "stein/direction.median/(65x33x7|65x17to5x2|31x7to17x2)(/.*)?"
                  + "|stein/direction/(65x33x7|130x5to2x2|4x17x16)(/.*)?"
                  + "|stein/direction/(1x257to130x3|1x257to130x3/imq|2x33x33|1x3to2x256/linear)",
              256,
              "stein/direction/3x33to7x17/linear"));

  private static final List<OpenClBackend> OPEN = new ArrayList<>();
  private static Backend reference;

  @TestFactory
  List<DynamicNode> directions() {
    Needed.opencl();
    String id;
    try (Backend any = Backends.open("opencl")) {
      id = any.info().id();
    }
    reference = Backends.open("reference");
    List<DynamicNode> nodes = new ArrayList<>();
    CASES.forEach((group, pattern) -> {
      OpenClDevice device = Discovery.run().device(id);
      OpenClBackend tested =
          new OpenClBackend(device, new Tuning("gpu", group, 8, 8, 0, device.isNvidia()));
      OPEN.add(tested);
      nodes.add(
          dynamicContainer(
              "groups of " + group,
              KernelCases.of(KernelCase.Purpose.PARITY).stream()
                  .filter(c -> c.name().matches(pattern))
                  .map(c -> dynamicTest(c.name(), () -> check(c, tested)))));
    });
    nodes.add(dynamicTest("all of them ran", SteinGroupsTest::assertAllRan));
    return nodes;
  }

  private static void check(KernelCase kernelCase, Backend tested) {
    long seed = kernelCase.defaultSeed();
    Inputs inputs = kernelCase.source().inputs(seed);
    try (Session right = kernelCase.open(reference, inputs);
        Session session = kernelCase.open(tested, inputs)) {
      right.run();
      session.run();
      Comparison comparison = Comparison.of(kernelCase, seed, inputs, right, session);
      assertTrue(comparison.passed(), comparison::message);
      session
          .outputs()
          .forEach((name, array) -> assertTrue(array.isGuardIntact(), "wrote past " + name));
      float[] once = session.outputs().get("direction").toFloats();
      session.run();
      float[] twice = session.outputs().get("direction").toFloats();
      assertEquals(-1, Arrays.mismatch(once, twice), "a second run differs here");
    }
  }

  private static void assertAllRan() {
    Set<String> expected = Set.of("direction_small", "direction_blocks", "direction_tiles");
    Set<String> ran =
        OPEN.stream()
            .flatMap(backend -> backend.queue().launchedKernels().stream())
            .filter(name -> name.startsWith("direction"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(expected), ran);
  }

  @AfterAll
  static void close() {
    OPEN.forEach(Backend::close);
    OPEN.clear();
    if (reference != null) {
      reference.close();
    }
  }
}
