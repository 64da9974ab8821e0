package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.Temperature;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Machines have vectors of 16, 32 or 64 bytes, with and without registers for masks; this one can
 * play those with less. HotSpot compiles masks in very different ways, and not always rightly.
 */
@Execution(ExecutionMode.CONCURRENT)
class ShortVectorsTest {
  /** Times that each case runs, which compiles all loops to the end. */
  private static final int ROUNDS = 15;

  /** Prints which of some parity cases fail, or have other bits once their loops are compiled. */
  static final class Parity {
    private static final List<KernelCase> CASES =
        KernelCases.of(KernelCase.Purpose.PARITY).stream()
            .filter(c -> c.name().matches(".*/(130x3|15x130|130x31|17x33x4|1009)(/.*)?"))
            .toList();

    public static void main(String[] args) {
      Map<KernelCase, Map<String, Long>> cold = new LinkedHashMap<>();
      Map<KernelCase, Inputs> inputs = new LinkedHashMap<>();
      try (Backend reference = Backends.open("reference");
          Backend cpu = Backends.open("cpu")) {
        System.out.println("loops: " + cpu.info().details().get("loops"));
        for (KernelCase kernelCase : CASES) {
          long seed = kernelCase.defaultSeed();
          inputs.put(kernelCase, kernelCase.source().inputs(seed));
          cold.put(kernelCase, Bits.of(cpu, kernelCase, inputs.get(kernelCase)));
          Comparison comparison = Comparison.run(kernelCase, seed, reference, cpu);
          if (!comparison.passed()) {
            System.out.println("failed: " + comparison.message());
          }
        }
        for (int round = 1; round < ROUNDS; round++) {
          inputs.forEach((kernelCase, given) -> Bits.of(cpu, kernelCase, given));
        }
        inputs.forEach((kernelCase, given) -> {
          if (!cold.get(kernelCase).equals(Bits.of(cpu, kernelCase, given))) {
            System.out.println("failed: compiled, " + kernelCase.name() + " has other bits");
          }
        });
      }
      System.out.println("cases: " + CASES.size());
    }
  }

  /**
   * Rows of 0, 1, 2 and so on of which only the first two columns take part, again and again, with
   * no other call before: HotSpot then compiles for just this one.
   */
  static final class Excluding {
    private static final int ROWS = 100;
    private static final int CALLS = 6_000;

    public static void main(String[] args) {
      double expected = Math.log(1 + Math.E);
      int columns = Integer.parseInt(args[1]);
      float[] q = new float[ROWS * columns];
      byte[] mask = new byte[q.length];
      float[] logWeights = new float[q.length];
      for (int i = 0; i < q.length; i++) {
        boolean in = i % columns < 2;
        q[i] = i % columns;
        mask[i] = (byte) (in ? 1 : 0);
        logWeights[i] = in ? 0 : Float.NEGATIVE_INFINITY;
      }
      try (Backend cpu = Backends.open("cpu");
          DeviceArray value = cpu.allocate(ElementType.REAL, ROWS)) {
        ActionValues all = ActionValues.of(cpu.real(q), ROWS, columns);
        ActionValues rows =
            args[0].equals("mask")
                ? all.withMask(cpu.bytes(mask))
                : all.withLogWeights(cpu.real(logWeights));
        for (int call = 0; call < CALLS; call++) {
          cpu.softValue().logSumExp(rows, Temperature.of(1), value);
          for (float v : value.toFloats()) {
            if (!(Math.abs(v - expected) < 1e-6)) {
              System.out.println("failed: call " + call + " gave " + v + ", not " + expected);
              return;
            }
          }
        }
      }
      System.out.println("calls: " + CALLS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-XX:MaxVectorSize=16, mask, 6",
    "-XX:MaxVectorSize=64, mask, 18",
    "-XX:MaxVectorSize=64, weights, 3",
    "-XX:UseAVX=2, mask, 18",
    "-XX:UseAVX=2, weights, 18"
  })
  void excludesOnceCompiled(String option, String by, String columns) {
    Fork.Outcome outcome =
        Fork.run(Excluding.class, Bits.vectorOptions(option), Map.of(), by, columns);
    assertEquals(0, outcome.exit(), outcome::output);
    assertTrue(outcome.output().contains("calls: " + Excluding.CALLS), outcome::output);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:MaxVectorSize=8",
        "-XX:MaxVectorSize=16",
        "-XX:MaxVectorSize=64",
        "-XX:UseAVX=2"
      })
  void parityHoldsOnShorterVectors(String option) {
    Fork.Outcome outcome = Fork.run(Parity.class, Bits.vectorOptions(option), Map.of());
    assertEquals(0, outcome.exit(), outcome::output);
    List<String> failed =
        outcome.output().lines().filter(line -> line.startsWith("failed: ")).toList();
    assertTrue(failed.isEmpty(), () -> failed.size() + " failed, first: " + failed.getFirst());
    int cases = Parity.CASES.size();
    assertTrue(cases > 100 && outcome.output().contains("cases: " + cases), outcome::output);
  }
}
