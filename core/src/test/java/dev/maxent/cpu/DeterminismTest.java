package dev.maxent.cpu;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.Fork;
import dev.maxent.NormalScore;
import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;
import dev.maxent.kernel.Particles;
import dev.maxent.learn.SteinSampler;
import dev.maxent.learn.StepRule;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import dev.maxent.workload.SplitCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Same input, same bits: whatever the threads, and whatever the JVM has compiled so far. */
class DeterminismTest {
  private static final int WARM = 20_000;

  private static Set<String> methods(List<KernelCase> cases) {
    Set<String> methods = new TreeSet<>();
    cases.forEach(kernelCase -> methods.add(kernelCase.method()));
    return methods;
  }

  @Test
  void casesCoverEveryOperation() {
    Set<String> all = methods(KernelCases.all());
    assertEquals(all, methods(SplitCases.large()));
    assertEquals(all, methods(SplitCases.small()));
  }

  @Test
  void threadsDoNotChangeBits() {
    List<Executable> checks = new ArrayList<>();
    for (String loops : Bits.loops()) {
      try (Backend one = Bits.open(loops, 1);
          Backend two = Bits.open(loops, 2);
          Backend three = Bits.open(loops, 3)) {
        for (KernelCase kernelCase : SplitCases.large()) {
          Inputs inputs = kernelCase.source().inputs(kernelCase.defaultSeed());
          Map<String, Long> expected = Bits.of(one, kernelCase, inputs);
          for (Backend backend : List.of(two, three)) {
            Map<String, Long> bits = Bits.of(backend, kernelCase, inputs);
            int threads = backend.info().computeUnits();
            checks.add(() ->
                assertEquals(
                    expected,
                    bits,
                    loops + " loops, " + threads + " threads: " + kernelCase.name()));
          }
        }
      }
    }
    assertAll(checks);
  }

  @Test
  void threadsDoNotChangeSamples() {
    for (String loops : Bits.loops()) {
      float[] expected = samples(loops, 1);
      assertArrayEquals(expected, samples(loops, 2), loops);
      assertArrayEquals(expected, samples(loops, 3), loops);
    }
  }

  /** Enough states for several threads. */
  private static float[] samples(String loops, int threads) {
    int states = 257;
    double[] means = new double[states];
    Arrays.setAll(means, b -> b + 1);
    try (Backend backend = Bits.open(loops, threads);
        DeviceArray x = backend.allocate(ElementType.REAL, states * 17L * 3);
        NormalScore score = new NormalScore(backend, 3, 1, means);
        SteinSampler sampler =
            new SteinSampler(
                score,
                new Particles(x, states, 17, 3),
                SteinSampler.Settings.of(StepRule.adam(0.1), 20))) {
      sampler.drawNormal(1, 0).run();
      return x.toFloats();
    }
  }

  /**
   * The first call of a JVM is interpreted, later ones are compiled, first by C1, then by C2. Fused
   * multiply-adds, reductions and library calls must come out the same everywhere.
   */
  @Test
  void compilersDoNotChangeBits() {
    List<String> options = new ArrayList<>();
    if (Bits.loops().contains("vector")) {
      options.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    Map<String, List<String>> jvms = new LinkedHashMap<>();
    for (String option : List.of("-Xint", "-XX:TieredStopAtLevel=1")) {
      List<String> all = new ArrayList<>(options);
      all.add(option);
      Fork.Outcome outcome = Fork.run(Bits.class, all, Map.of());
      assertEquals(0, outcome.exit(), outcome::output);
      jvms.put(option, outcome.output().lines().filter(l -> l.startsWith("bits ")).toList());
    }
    List<String> warm = warmBits();
    List<Executable> checks = new ArrayList<>();
    jvms.forEach((option, lines) -> {
      checks.add(() -> assertEquals(warm.size(), lines.size(), option));
      for (int i = 0; i < Math.min(warm.size(), lines.size()); i++) {
        String expected = warm.get(i);
        String actual = lines.get(i);
        checks.add(() -> assertEquals(expected, actual, "with " + option));
      }
    });
    assertAll(checks);
    assertTrue(warm.size() >= 16);
  }

  private static boolean isPlain(KernelCase kernelCase) {
    return kernelCase.name().endsWith("/" + SplitCases.PLAIN);
  }

  /** Variants share most loops with the plain case, which has warmed them; networks run longer. */
  private static int calls(KernelCase kernelCase) {
    return switch (kernelCase.family()) {
      case "soft-value" -> isPlain(kernelCase) ? WARM : WARM / 20;
      case "network" -> WARM / 10;
      default -> WARM;
    };
  }

  private static List<String> warmBits() {
    List<String> lines = new ArrayList<>();
    for (String loops : Bits.loops()) {
      try (Backend backend = Bits.open(loops, 1)) {
        for (KernelCase kernelCase : SplitCases.small()) {
          Inputs inputs = kernelCase.source().inputs(kernelCase.defaultSeed());
          try (Session session = kernelCase.open(backend, inputs)) {
            for (int calls = calls(kernelCase); calls > 0; calls--) {
              session.run();
            }
          }
          lines.add(Bits.line(loops, kernelCase, Bits.of(backend, kernelCase, inputs)));
        }
      }
    }
    return lines;
  }
}
