package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every backend against the float64 reference on every parity case; with {@code
 * -Dmaxent.tested=opencl} only those of a family, for the module that it comes from.
 *
 * <p>{@code -Dmaxent.seed=N} varies the inputs; {@code -Dmaxent.required=cpu,opencl} turns an
 * absent backend into a failure.
 */
@Tag("parity")
class ParityTest {
  /** What tested ids start with. */
  private static final String TESTED = System.getProperty("maxent.tested", "");

  private static final List<Backend> OPEN = new ArrayList<>();
  private static final Map<String, Comparison> WORST = new TreeMap<>();

  @TestFactory
  List<DynamicNode> parity() {
    Backend reference = open("reference");
    List<DynamicNode> nodes = new ArrayList<>();
    Set<String> available = new HashSet<>(Set.of("reference"));
    for (BackendCandidate candidate : Backends.list()) {
      if (candidate.id().equals("reference")) {
        continue;
      }
      if (!candidate.id().startsWith(TESTED)) {
        continue;
      }
      if (candidate.isAvailable()) {
        available.add(candidate.id());
        available.add(candidate.id().split(":", -1)[0]);
        Backend backend = open(candidate.id());
        nodes.add(
            dynamicContainer(
                candidate.id(),
                KernelCases.of(KernelCase.Purpose.PARITY).stream()
                    .map(c -> dynamicTest(c.name(), () -> check(c, reference, backend)))));
      } else {
        System.out.println("parity: not tested: " + candidate.summary());
      }
    }
    for (String id : System.getProperty("maxent.required", "").split(",", -1)) {
      if (!id.isBlank() && id.strip().startsWith(TESTED) && !available.contains(id.strip())) {
        nodes.add(absent(id.strip()));
      }
    }
    return nodes;
  }

  private static DynamicTest absent(String id) {
    return dynamicTest(
        id,
        () ->
            fail(
                "maxent.required asks for '"
                    + id
                    + "', which is absent; known here: "
                    + Backends.list().stream().map(BackendCandidate::summary).toList()));
  }

  private static Backend open(String id) {
    Backend backend = Backends.open(id);
    OPEN.add(backend);
    return backend;
  }

  private static void check(KernelCase kernelCase, Backend reference, Backend tested) {
    long seed = Long.getLong("maxent.seed", kernelCase.defaultSeed());
    Inputs inputs = kernelCase.source().inputs(seed);
    Map<String, byte[]> outputs;
    try (Session right = kernelCase.open(reference, inputs);
        Session session = kernelCase.open(tested, inputs)) {
      Map<String, byte[]> before = bytes(readOnlyInputs(session));
      right.run();
      session.run();
      Comparison comparison = Comparison.of(kernelCase, seed, inputs, right, session);
      String family = tested.info().id() + " " + kernelCase.family() + "/" + kernelCase.operation();
      WORST.merge(family, comparison, ParityTest::worse);
      assertTrue(comparison.passed(), comparison::message);
      assertSame(
          comparison.message() + ": input changed: ", before, bytes(readOnlyInputs(session)));
      session.uploadedInputs().forEach((name, array) -> assertGuard(comparison, name, array));
      session.outputs().forEach((name, array) -> assertGuard(comparison, name, array));
      outputs = bytes(session.outputs());
    }
    try (Session again = kernelCase.open(tested, inputs)) {
      again.run();
      String what = tested.info().id() + " " + kernelCase.name() + " seed " + seed;
      assertSame(what + ": a second run differs: ", outputs, bytes(again.outputs()));
    }
  }

  private static Comparison worse(Comparison a, Comparison b) {
    double left = a.worstErrorUlp() / a.toleranceUlp();
    double right = b.worstErrorUlp() / b.toleranceUlp();
    return right > left || Double.isNaN(left) ? b : a;
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
        assertArrayEquals(bytes, actual.get(name), what + name);
      }
    });
  }

  private static void assertGuard(Comparison comparison, String name, DeviceArray array) {
    assertTrue(array.isGuardIntact(), () -> comparison.message() + ": wrote past " + name);
  }

  @AfterAll
  static void report() {
    WORST.forEach((family, c) ->
        System.out.println(
            String.format(
                Locale.ROOT,
                "parity: %-40s worst %8.3g of %.3g ulp in %s (%s)",
                family,
                c.worstErrorUlp(),
                c.toleranceUlp(),
                c.output(),
                c.caseName())));
    OPEN.forEach(Backend::close);
    OPEN.clear();
  }
}
