package dev.maxent.cpu;

import static dev.maxent.cpu.VectorMath.LANES;

import java.lang.foreign.MemorySegment;

/** Steps with the Vector API. */
final class VectorStepLoops implements StepLoops {
  private final Apart plain = Apart.of(VectorSteps.class, "plain");
  private final Apart adaGrad = Apart.of(VectorSteps.class, "adaGrad");
  private final Apart adam = Apart.of(VectorSteps.class, "adam");
  private final ThreadLocal<LoopScratch> scratch = ThreadLocal.withInitial(LoopScratch::new);

  @Override
  public void plain(AdamStep step) {
    run(step, plain);
  }

  @Override
  public void adaGrad(AdamStep step) {
    run(step, adaGrad);
  }

  @Override
  public void adam(AdamStep step) {
    run(step, adam);
  }

  private void run(AdamStep s, Apart loop) {
    int all = s.count;
    s.count = all / LANES * LANES;
    s.parametersAt = s.parameters.address() + s.at;
    s.firstAt = address(s.first, s.at);
    s.secondAt = address(s.second, s.at);
    s.gradientFrom = s.gradient.address() + s.at;
    s.targetAt = address(s.target, s.at);
    loop.run(s);
    int rest = all - s.count;
    if (rest > 0) {
      scratch.get().tail(s, rest, loop);
    }
    s.count = all;
  }

  private static long address(MemorySegment segment, long at) {
    return segment == null ? 0 : segment.address() + at;
  }
}
