package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.benchmarks.Contestant.Verdict;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawsTest {
  private static final String SAMPLE = "soft-value/sample/4097x3";

  private static double[] draw(KernelCase kernelCase, Inputs inputs, String output) {
    try (Backend reference = Backends.open("reference");
        Session session = kernelCase.open(reference, inputs)) {
      session.run();
      var array = session.outputs().get(output);
      return switch (array.type()) {
        case REAL -> array.toDoubles();
        default -> Arrays.stream(array.toInts()).asDoubleStream().toArray();
      };
    }
  }

  /** Draws with two seeds and changes the second one's numbers. */
  private static Verdict verify(String name, double scale, double shift) {
    KernelCase kernelCase = KernelCases.named(name);
    assertTrue(Draws.in(kernelCase));
    double[] one = draw(kernelCase, kernelCase.source().inputs(1), "out");
    double[] other = draw(kernelCase, kernelCase.source().inputs(2), "out");
    Arrays.setAll(other, i -> other[i] * scale + shift);
    return Draws.verify(kernelCase, kernelCase.source().inputs(1), one, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"uniform", "normal", "bits", "indices", "permutation"})
  void acceptsAnotherSeedOnly(String operation) {
    String name = "random/" + operation + "/4097";
    Verdict right = verify(name, 1, 0);
    assertTrue(right.passed(), right.message());
    assertTrue(Double.isNaN(right.worstErrorUlp()));
    assertFalse(verify(name, 0.5, 0).passed());
    assertFalse(verify(name, 1, 1e9).passed());
    assertFalse(verify(name, Double.NaN, 0).passed());
  }

  @Test
  void wantsEachNumberOfAPermutation() {
    KernelCase kernelCase = KernelCases.named("random/permutation/4097");
    Inputs inputs = kernelCase.source().inputs(1);
    double[] right = draw(kernelCase, inputs, "out");
    double[] wrong = right.clone();
    wrong[7] = wrong[8];
    Verdict verdict = Draws.verify(kernelCase, inputs, right, wrong);
    assertEquals("no permutation", verdict.message());
    assertFalse(Draws.verify(kernelCase, inputs, right, new double[3]).passed());
  }

  @Test
  void wantsActionsToFollowThePolicy() {
    KernelCase kernelCase = KernelCases.named(SAMPLE);
    Inputs inputs = kernelCase.source().inputs(1);
    double[] right = draw(kernelCase, inputs, "actions");
    Verdict passed = Draws.verify(kernelCase, inputs, right, right);
    assertTrue(passed.passed(), passed.message());
    double[] uniform = new double[right.length];
    Arrays.setAll(uniform, i -> i % 3);
    assertFalse(Draws.verify(kernelCase, inputs, right, uniform).passed());
    uniform[0] = 3;
    assertTrue(Draws.verify(kernelCase, inputs, right, uniform).message().startsWith("action 3"));
    KernelCase greedy = KernelCases.named("soft-value/greedy/4097x3");
    double[] best = draw(greedy, inputs, "greedy");
    assertFalse(Draws.verify(kernelCase, inputs, right, best).passed());
  }
}
