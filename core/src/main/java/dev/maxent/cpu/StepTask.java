package dev.maxent.cpu;

import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ParticleStep;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Moves particles in pieces of {@value #PIECE} elements. */
final class StepTask implements Workers.Task {
  private static final int PIECE = 4096;

  private final CpuEngine engine;
  private final StepLoops loops;

  /** One for each thread, all alike but for the piece. */
  private final AdamStep[] steps;

  private long length;
  private ParticleStep rule;

  StepTask(CpuEngine engine) {
    this.engine = engine;
    loops = engine.loops().steps();
    steps = new AdamStep[engine.threads()];
    Arrays.setAll(steps, i -> new AdamStep());
  }

  void step(DeviceArray x, DeviceArray phi, ParticleStep newRule) {
    length = x.length();
    rule = newRule;
    // About what an element takes, to decide whether another thread pays.
    double nanos =
        switch (rule) {
          case ParticleStep.Plain _ -> 0.1;
          case ParticleStep.AdaGrad _ -> 0.3;
          case ParticleStep.Adam _ -> 0.35;
        };
    int count = rule instanceof ParticleStep.Adam adam ? counted(adam) : 0;
    for (AdamStep step : steps) {
      step.parameters = SoftTask.segment(x);
      step.gradient = SoftTask.segment(phi);
      switch (rule) {
        case ParticleStep.Plain plain -> step.rate = (float) -plain.rate();
        case ParticleStep.AdaGrad adaGrad -> set(step, adaGrad);
        case ParticleStep.Adam adam -> set(step, adam, count);
      }
    }
    long pieces = (length + PIECE - 1) / PIECE;
    engine.workers().run(pieces, PIECE * nanos, this);
    for (AdamStep step : steps) {
      step.clear();
    }
    rule = null;
  }

  /** Counts this step. */
  private static int counted(ParticleStep.Adam adam) {
    MemorySegment counter = SoftTask.segment(adam.count());
    int count = counter.get(ValueLayout.JAVA_INT, 0) + 1;
    counter.set(ValueLayout.JAVA_INT, 0, count);
    return count;
  }

  private static void set(AdamStep step, ParticleStep.AdaGrad adaGrad) {
    step.second = SoftTask.segment(adaGrad.squares());
    step.rate = (float) -adaGrad.rate();
    step.epsilon = (float) adaGrad.epsilon();
  }

  private static void set(AdamStep step, ParticleStep.Adam adam, int count) {
    step.first = SoftTask.segment(adam.mean());
    step.second = SoftTask.segment(adam.squares());
    step.scale = 1;
    step.keep = 1;
    step.beta1 = (float) adam.meanDecay();
    step.beta2 = (float) adam.squareDecay();
    step.rest1 = (float) (1 - adam.meanDecay());
    step.rest2 = (float) (1 - adam.squareDecay());
    step.rate = (float) (-adam.rate() / (1 - Math.pow(adam.meanDecay(), count)));
    step.correction = (float) (1 / (1 - Math.pow(adam.squareDecay(), count)));
    step.epsilon = (float) adam.epsilon();
    step.targetRule = AdamStep.NO_TARGET;
  }

  @Override
  public void run(long from, long to, int worker) {
    AdamStep step = steps[worker];
    for (long piece = from; piece < to; piece++) {
      step.at = piece * PIECE * Float.BYTES;
      step.count = (int) Math.min(PIECE, length - piece * PIECE);
      switch (rule) {
        case ParticleStep.Plain _ -> loops.plain(step);
        case ParticleStep.AdaGrad _ -> loops.adaGrad(step);
        case ParticleStep.Adam _ -> loops.adam(step);
      }
    }
  }
}
