package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.Backends;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Reference, cpu and every backend that {@code -Dmaxent.required=opencl} names must be available
 * where all modules meet; each that is not is printed with its reason.
 */
class RequiredBackendsTest {
  @TestFactory
  List<DynamicTest> required() {
    List<BackendCandidate> known = Backends.list();
    known.stream()
        .filter(candidate -> !candidate.isAvailable())
        .forEach(candidate -> System.out.println("not here: " + candidate.summary()));
    // These need nothing but Java.
    Set<String> required = new LinkedHashSet<>(List.of("reference", "cpu"));
    for (String id : System.getProperty("maxent.required", "").split(",", -1)) {
      // oclgrind is a tool, which the OpenCL module's tests ask for.
      if (!id.isBlank() && !id.strip().equals("oclgrind")) {
        required.add(id.strip());
      }
    }
    return required.stream()
        .map(id ->
            dynamicTest(
                id,
                () ->
                    assertTrue(
                        known.stream().anyMatch(candidate -> names(candidate, id)),
                        () -> "'" + id + "' is required and absent; known: " + known)))
        .toList();
  }

  private static boolean names(BackendCandidate candidate, String id) {
    return candidate.isAvailable()
        && (candidate.id().equals(id) || candidate.id().startsWith(id + ":"));
  }
}
