package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines have vectors of 16, 32 or 64 bytes; this one can play those with shorter ones. */
class ShortVectorsTest {
  /** Prints what fails of some parity cases. */
  static final class Parity {
    public static void main(String[] args) {
      int cases = 0;
      try (Backend reference = Backends.open("reference");
          Backend cpu = Backends.open("cpu")) {
        System.out.println("loops: " + cpu.info().details().get("loops"));
        for (KernelCase kernelCase : KernelCases.of(KernelCase.Purpose.PARITY)) {
          if (kernelCase.name().matches(".*/(130x3|15x130|130x31|17x33x4|1009)(/.*)?")) {
            long seed = kernelCase.defaultSeed();
            Comparison comparison = Comparison.run(kernelCase, seed, reference, cpu);
            cases++;
            if (!comparison.passed()) {
              System.out.println("failed: " + comparison.message());
            }
          }
        }
      }
      System.out.println("cases: " + cases);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32})
  void parityHoldsOnShorterVectors(int bytes) {
    assumeTrue(
        Bits.loops().contains("vector"), "not run: this JVM has no module jdk.incubator.vector");
    List<String> options =
        List.of("--add-modules", "jdk.incubator.vector", "-XX:MaxVectorSize=" + bytes);
    Fork.Outcome outcome = Fork.run(Parity.class, options, Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String> failed =
        outcome.output().lines().filter(line -> line.startsWith("failed: ")).toList();
    assertTrue(failed.isEmpty(), () -> failed.size() + " failed, first: " + failed.getFirst());
    assertTrue(outcome.output().contains("cases: "), outcome::output);
  }
}
