package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.Backends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every backend that {@code -Dmaxent.required=cpu,opencl} names must be available where all modules
 * meet; each that is not is printed with its reason.
 */
class RequiredBackendsTest {
  @TestFactory
  List<DynamicTest> required() {
    List<BackendCandidate> known = Backends.list();
    known.stream()
        .filter(candidate -> !candidate.isAvailable())
        .forEach(candidate -> System.out.println("not here: " + candidate.summary()));
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(dynamicTest("reference and cpu", () -> assertTrue(known.size() >= 2)));
    for (String id : System.getProperty("maxent.required", "").split(",", -1)) {
      // oclgrind is a tool, which the OpenCL module's tests ask for.
      if (!id.isBlank() && !id.strip().equals("oclgrind")) {
        tests.add(
            dynamicTest(
                id.strip(),
                () ->
                    assertTrue(
                        known.stream().anyMatch(candidate -> names(candidate, id.strip())),
                        () -> "maxent.required asks for '" + id + "', absent; known: " + known)));
      }
    }
    return tests;
  }

  private static boolean names(BackendCandidate candidate, String id) {
    return candidate.isAvailable()
        && (candidate.id().equals(id) || candidate.id().startsWith(id + ":"));
  }
}
