package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCasesTest {
  private static final long SUM_ELEMENTS = 65536L * 256;

  @Test
  void offersTheShapesThatBenchmarksQuote() {
    for (String name :
        List.of(
            "soft-value/log-sum-exp/65536x256",
            "soft-value/log-sum-exp/1x1048576",
            "soft-value/bellman-target/65536x64/twin",
            "soft-value/policy+entropy/4096x64",
            "soft-value/log-sum-exp/65536x64/mask+weights+temperatures",
            "tabular/policy-backup/100000x8x5",
            "random/normal/16777216",
            "random/permutation/1048576",
            "random/scatter/65536x32")) {
      assertTrue(KernelCases.named(name).purposes().contains(Purpose.BENCHMARK), name);
    }
  }

  @Test
  void matchesGlobs() {
    assertEquals(
        List.of("soft-value/log-sum-exp/65536x256", "soft-value/log-sum-exp/65536x64"),
        KernelCases.matching("soft-value/log-sum-exp/65536x???, soft-value/log-sum-exp/65536x64")
            .stream()
            .map(KernelCase::name)
            .toList());
    assertEquals(KernelCases.all(), KernelCases.matching("*"));
    assertEquals(List.of(), KernelCases.matching("soft-value/log.sum.exp/*"));
  }

  @Test
  void refusesUnknownName() {
    assertThrows(IllegalArgumentException.class, () -> KernelCases.named("soft-value/nothing"));
  }

  @Test
  void countsWorkOfLogSumExp() {
    Work work = KernelCases.named("soft-value/log-sum-exp/65536x256").work();
    assertEquals(4 * SUM_ELEMENTS, work.bytesRead());
    assertEquals(4 * 65536, work.bytesWritten());
    assertEquals(SUM_ELEMENTS + 65536, work.exponentials());
  }

  @Test
  void sameSeedGivesSameInputs() {
    KernelCase kernelCase = KernelCases.named("soft-value/log-sum-exp/31x33");
    float[] first = kernelCase.source().inputs(1).reals("q");
    assertArrayEquals(first, kernelCase.source().inputs(1).reals("q"));
    assertTrue(first[0] != kernelCase.source().inputs(2).reals("q")[0]);
  }

  @Test
  void everyOutputHasTolerance() {
    try (Backend reference = Backends.open("reference")) {
      for (KernelCase kernelCase : KernelCases.of(Purpose.PARITY)) {
        try (Session session = kernelCase.open(reference, kernelCase.source().inputs(7))) {
          assertEquals(
              kernelCase.tolerances().keySet(), session.outputs().keySet(), kernelCase.name());
        }
      }
    }
  }

  /** A unit that is infinite or NaN would let any number pass. */
  @Test
  void noToleranceAllowsEverything() {
    List<String> loose = new ArrayList<>();
    try (Backend reference = Backends.open("reference")) {
      for (KernelCase kernelCase : KernelCases.of(Purpose.PARITY)) {
        Inputs inputs = kernelCase.source().inputs(7);
        try (Session session = kernelCase.open(reference, inputs)) {
          session.run();
          kernelCase
              .tolerances()
              .forEach((output, tolerance) -> {
                double[] expected = Comparison.values(session.outputs().get(output));
                if (allowsAnything(tolerance, inputs, expected)) {
                  loose.add(kernelCase.name() + " " + output);
                }
              });
        }
      }
    }
    assertEquals(List.of(), loose);
  }

  private static boolean allowsAnything(Tolerance tolerance, Inputs inputs, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      double far = expected[i] > 0 ? -Float.MAX_VALUE : Float.MAX_VALUE;
      if (Double.isFinite(expected[i])
          && !(tolerance.measure().distance(inputs, expected[i], far, i) > tolerance.ulps())) {
        return true;
      }
    }
    return false;
  }

  /** Next to nothing is not nothing: rows with one likely action have an entropy too. */
  @Test
  void entropyOfDominatedRowsHasRelativeTolerance() {
    int rows = 0;
    try (Backend reference = Backends.open("reference")) {
      for (String variant : List.of("dominated", "alpha-0.001")) {
        KernelCase kernelCase = KernelCases.named("soft-value/policy+entropy/33x17/" + variant);
        Inputs inputs = kernelCase.source().inputs(7);
        try (Session session = kernelCase.open(reference, inputs)) {
          session.run();
          Tolerance tolerance = kernelCase.tolerances().get("entropy");
          double[] entropy = session.outputs().get("entropy").toDoubles();
          for (int i = 0; i < entropy.length; i++) {
            if (entropy[i] > 1e-33 && entropy[i] < 1e-7) {
              rows++;
              assertTrue(tolerance.error(inputs, entropy[i], 0, i) > tolerance.ulps());
              assertTrue(tolerance.error(inputs, entropy[i], 2 * entropy[i], i) > tolerance.ulps());
            }
          }
        }
      }
    }
    assertTrue(rows > 10, "rows: " + rows);
  }

  @Test
  void referenceAgreesWithItself() {
    try (Backend reference = Backends.open("reference")) {
      for (KernelCase kernelCase : KernelCases.of(Purpose.DOCTOR)) {
        Comparison comparison =
            Comparison.run(kernelCase, kernelCase.defaultSeed(), reference, reference);
        assertTrue(comparison.passed(), comparison::message);
        assertEquals(0, comparison.worstErrorUlp(), kernelCase.name());
      }
    }
  }

  /** A tolerance that nothing violates would prove nothing. */
  @Test
  void noticesErrors() {
    Tolerance two = Tolerance.ulps(2, 0);
    Inputs none = new Inputs();
    assertTrue(two.error(none, 1, 1 + 0x1p-22, 0) <= two.ulps());
    assertTrue(two.error(none, 1, 1 + 0x1p-21, 0) > two.ulps());
    assertEquals(Double.POSITIVE_INFINITY, two.error(none, 1, Double.NaN, 0));
    assertEquals(Double.POSITIVE_INFINITY, two.error(none, Double.NaN, 1, 0));
    assertEquals(
        Double.POSITIVE_INFINITY,
        two.error(none, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0));
    assertTrue(Tolerance.EXACT.error(none, 1, 2, 0) > Tolerance.EXACT.ulps());
    // Beyond the float32 range infinity is the rounded result.
    assertEquals(0, two.error(none, 1e39, Double.POSITIVE_INFINITY, 0));
  }
}
