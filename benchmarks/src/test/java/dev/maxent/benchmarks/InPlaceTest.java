package dev.maxent.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.maxent.backend.Backend;
import dev.maxent.backend.Backends;
import dev.maxent.workload.Comparison;
import dev.maxent.workload.Inputs;
import dev.maxent.workload.KernelCase;
import dev.maxent.workload.KernelCases;
import dev.maxent.workload.Session;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InPlaceTest {

  @ParameterizedTest
  @ValueSource(strings = {"stein/step-adam/33", "network/regression-step/64x10-16-16-1"})
  void aStepIsTheFirstAgain(String name) {
    KernelCase kernelCase = KernelCases.named(name);
    Inputs inputs = kernelCase.source().inputs(7);
    try (Backend cpu = Backends.open("cpu");
        Session session = kernelCase.open(cpu, inputs)) {
      session.run();
      Map<String, double[]> first = outputs(session);
      session.run();
      String moment = name.startsWith("stein") ? "mean" : "firstMoment";
      double[] second = Comparison.values(session.outputs().get(moment));
      assertFalse(Arrays.equals(first.get(moment), second));
      InPlace.restore(session);
      session.run();
      outputs(session).forEach((key, values) -> assertArrayEquals(first.get(key), values, key));
    }
  }

  private static Map<String, double[]> outputs(Session session) {
    Map<String, double[]> values = new HashMap<>();
    session.outputs().forEach((key, array) -> values.put(key, Comparison.values(array)));
    return values;
  }

  /** Counts runs between restorations; takes as long as a small training step. */
  private static final class Steps implements Contestant.Entry {
    private long since;
    private long most;
    private int restored;

    @Override
    public String expression() {
      return "";
    }

    @Override
    public void run() {
      long start = System.nanoTime();
      while (System.nanoTime() - start < 20_000) {
        Thread.onSpinWait();
      }
      since++;
      most = Math.max(most, since);
    }

    @Override
    public void finish() {}

    @Override
    public void restore() {
      restored++;
      since = 0;
    }

    @Override
    public Contestant.Verdict verify(
        KernelCase kernelCase, long seed, Inputs inputs, Session right) {
      throw new IllegalStateException("not asked for");
    }

    @Override
    public void close() {}
  }

  @Test
  void samplesHundredsOfStepsInARowAtMost() {
    Steps steps = new Steps();
    Sampler sampler = new Sampler(steps);
    sampler.warmUp();
    while (!sampler.isDone()) {
      sampler.turn();
    }
    assertTrue(steps.restored > 10, "restored " + steps.restored);
    assertTrue(steps.most < 800, "runs in a row: " + steps.most);
    assertEquals(20, sampler.leastMicros(), 10);
  }
}
