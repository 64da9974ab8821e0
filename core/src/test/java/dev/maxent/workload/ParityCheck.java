package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a case must hold on a backend: outputs within their tolerances of the reference's, inputs
 * unchanged, nothing written past an array, and the same bits again.
 */
final class ParityCheck {
  private ParityCheck() {}

  /**
   * Runs a case on both backends and asserts all that; failures say how to see them again.
   *
   * @param kernelCase the case
   * @param seed the inputs' seed
   * @param reference the backend that is right
   * @param tested the backend in question
   * @param compared takes the comparison before anything is asserted
   */
  static void run(
      KernelCase kernelCase,
      long seed,
      Backend reference,
      Backend tested,
      Consumer<Comparison> compared) {
    Inputs inputs = kernelCase.source().inputs(seed);
    String what = tested.info().id() + " " + kernelCase.name() + " seed " + seed;
    String again = "; reproduce: " + command(kernelCase, seed);
    Map<String, byte[]> outputs;
    try (Session right = kernelCase.open(reference, inputs);
        Session session = kernelCase.open(tested, inputs)) {
      Map<String, byte[]> before = bytes(readOnlyInputs(session));
      right.run();
      session.run();
      Comparison comparison = Comparison.of(kernelCase, seed, inputs, right, session);
      compared.accept(comparison);
      assertTrue(comparison.passed(), comparison::message);
      assertSame(what + ": input changed" + again, before, bytes(readOnlyInputs(session)));
      assertGuards(what, session.uploadedInputs(), again);
      assertGuards(what, session.outputs(), again);
      outputs = bytes(session.outputs());
    }
    try (Session second = kernelCase.open(tested, inputs)) {
      second.run();
      assertSame(what + ": a second run differs" + again, outputs, bytes(second.outputs()));
    }
  }

  /** {@code ./maxent compare} would show none but wrong outputs. */
  private static String command(KernelCase kernelCase, long seed) {
    return "mvn -Dfast test -Dtest=ParityTest -Dsurefire.failIfNoSpecifiedTests=false"
        + (" -Dmaxent.cases=" + kernelCase.name() + " -Dmaxent.seed=" + seed);
  }

  private static Map<String, DeviceArray> readOnlyInputs(Session session) {
    Map<String, DeviceArray> arrays = new LinkedHashMap<>(session.uploadedInputs());
    arrays.keySet().removeAll(session.outputs().keySet());
    return arrays;
  }

  private static Map<String, byte[]> bytes(Map<String, DeviceArray> arrays) {
    Map<String, byte[]> all = new LinkedHashMap<>();
    arrays.forEach((name, array) -> {
      byte[] bytes = new byte[Math.toIntExact(array.length() * array.type().bytes())];
      array.download(MemorySegment.ofArray(bytes));
      all.put(name, bytes);
    });
    return all;
  }

  private static void assertSame(
      String what, Map<String, byte[]> expected, Map<String, byte[]> actual) {
    expected.forEach((name, bytes) -> {
      if (!Arrays.equals(bytes, actual.get(name))) {
        assertArrayEquals(bytes, actual.get(name), what + ": " + name);
      }
    });
  }

  private static void assertGuards(String what, Map<String, DeviceArray> arrays, String again) {
    arrays.forEach((name, array) ->
        assertTrue(array.isGuardIntact(), () -> what + ": wrote past " + name + again));
  }
}
