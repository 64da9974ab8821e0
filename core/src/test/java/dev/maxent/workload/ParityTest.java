package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.maxent.Tested;
import dev.maxent.backend.Backend;
import dev.maxent.backend.BackendCandidate;
import dev.maxent.backend.Backends;
import java.util.ArrayList;
import java.util.HashSet;
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
 * Every backend in question, see {@link Tested}, against the float64 reference on every parity
 * case.
 *
 * <p>{@code -Dmaxent.seed=N} varies the inputs, {@code -Dmaxent.cases=random/*} selects some;
 * {@code -Dmaxent.required=cpu,opencl} turns an absent backend into a failure.
 */
@Tag("parity")
class ParityTest {
  private static final List<Backend> OPEN = new ArrayList<>();
  private static final Map<String, Comparison> WORST = new TreeMap<>();

  @TestFactory
  List<DynamicNode> parity() {
    String glob = System.getProperty("maxent.cases", "*");
    List<KernelCase> cases = new ArrayList<>(KernelCases.matching(glob));
    cases.retainAll(KernelCases.of(KernelCase.Purpose.PARITY));
    assertFalse(cases.isEmpty(), () -> "maxent.cases = " + glob + ": expected a parity case");
    Backend reference = open("reference");
    List<DynamicNode> nodes = new ArrayList<>();
    Set<String> available = new HashSet<>(Set.of("reference"));
    for (BackendCandidate candidate : Backends.list()) {
      if (candidate.id().equals("reference")) {
        continue;
      }
      if (!Tested.includes(candidate.id())) {
        continue;
      }
      if (candidate.isAvailable()) {
        available.add(candidate.id());
        available.add(candidate.id().split(":", -1)[0]);
        Backend backend = open(candidate.id());
        nodes.add(
            dynamicContainer(
                candidate.id(),
                cases.stream()
                    .map(c -> dynamicTest(c.name(), () -> check(c, reference, backend)))));
      } else {
        System.out.println("parity: not tested: " + candidate.summary());
      }
    }
    for (String id : System.getProperty("maxent.required", "").split(",", -1)) {
      if (!id.isBlank() && Tested.includes(id.strip()) && !available.contains(id.strip())) {
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
    String family = tested.info().id() + " " + kernelCase.family() + "/" + kernelCase.operation();
    ParityCheck.run(
        kernelCase,
        seed,
        reference,
        tested,
        comparison -> WORST.merge(family, comparison, ParityTest::worse));
  }

  private static Comparison worse(Comparison a, Comparison b) {
    double left = a.worstErrorUlp() / a.toleranceUlp();
    double right = b.worstErrorUlp() / b.toleranceUlp();
    return right > left || Double.isNaN(left) ? b : a;
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
