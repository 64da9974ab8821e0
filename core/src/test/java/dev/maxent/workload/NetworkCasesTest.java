package dev.maxent.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.KernelCase.Purpose;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkCasesTest {

  @Test
  void offersTheShapesThatBenchmarksQuote() {
    for (String name :
        List.of(
            "network/regression-step/64x10-64-64-1",
            "network/regression-step/256x10-256-256-1",
            "network/regression-step/4096x10-256-256-1",
            "network/regression-step/256x10-256-256-1/twin",
            "network/regression-step/64x10-64-64-1/64-networks",
            "network/forward/4096x10-256-256-1")) {
      assertTrue(KernelCases.named(name).purposes().contains(Purpose.BENCHMARK), name);
    }
  }

  @Test
  void countsWork() {
    // Weights 10 · 256 + 256 · 256 + 256 = 68,352; with biases 68,865 parameters.
    long pass = 2L * 256 * 68_352;
    assertEquals(pass, KernelCases.named("network/forward/256x10-256-256-1").work().flops());
    assertEquals(3 * pass, KernelCases.named("network/backward/256x10-256-256-1").work().flops());
    Work step = KernelCases.named("network/regression-step/256x10-256-256-1").work();
    // But for the gradient by the inputs of the first layer, and with Adam.
    assertEquals(3 * pass - 2L * 256 * 2560 + 14L * 68_865, step.flops());
    assertEquals(4 * (3L * 68_865 + 256 * 10 + 256), step.bytesRead());
    assertEquals(4 * 3L * 68_865, step.bytesWritten());
    Work twin = KernelCases.named("network/regression-step/256x10-256-256-1/twin").work();
    assertEquals(2 * step.flops(), twin.flops());
  }

  /** Of 24 bits of the parameters or of the gradient the last ten are wrong, which must show. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "network/forward/7x3-5-2",
        "network/forward/33x17-65-1/norm",
        "network/forward/65x3-64-33-1/gelu",
        "network/backward/7x3-5-2",
        "network/backward/33x65-65-65-3/norm",
        "network/backward/65x3-64-33-1/silu",
        "network/backward/65x3-64-33-1/silu+large",
        "network/backward/33x7-17-65-3/tanh+large",
        "network/regression-step/65x10-64-64-1",
        "network/regression-step/65x3-64-33-1/everything",
        "network/regression-step/33x7-17-17-1/100-steps",
        "network/regression-step/33x7-17-17-1/100-steps+tanh+huber+clip+polyak",
        "network/update/3-64-33-1/clip",
        "network/update/3-64-33-1/polyak",
      })
  void noticesDisturbance(String name) {
    KernelCase kernelCase = KernelCases.named(name);
    Inputs inputs = kernelCase.source().inputs(1);
    Inputs disturbed = kernelCase.source().inputs(1);
    SplittableRandom random = new SplittableRandom(2);
    boolean update = kernelCase.operation().equals("update");
    float[] values = disturbed.reals(update ? "gradient" : "parameters");
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (values[i] * 0x1p-14 * random.nextGaussian());
    }
    try (Backend reference = Backends.open("reference");
        Session right = kernelCase.open(reference, inputs);
        Session wrong = kernelCase.open(reference, disturbed)) {
      right.run();
      wrong.run();
      Comparison comparison = Comparison.of(kernelCase, 1, inputs, right, wrong);
      assertFalse(comparison.passed(), comparison::message);
    }
  }
}
