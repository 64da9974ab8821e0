package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.Temperature;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Hands each operation to the task that does it. */
final class CpuStein extends SteinKernels {
  private final SteinTask task;
  private final SteinStates states;
  private final StepTask steps;

  CpuStein(Backend backend, CpuEngine engine) {
    super(backend);
    states = new SteinStates(engine);
    task = new SteinTask(engine, states);
    steps = new StepTask(engine);
  }

  @Override
  protected void launchDirection(
      Particles source,
      DeviceArray score,
      Particles target,
      SteinKernel kernel,
      Bandwidth bandwidth,
      Temperature temperature,
      DeviceArray direction) {
    task.direction(source, score, target, kernel, bandwidth, temperature, direction);
  }

  @Override
  protected void launchBandwidths(
      Particles source, Particles target, Bandwidth bandwidth, DeviceArray h) {
    states.look(source, null, target, bandwidth);
    MemorySegment out = SoftTask.segment(h);
    for (int b = 0; b < source.states(); b++) {
      out.setAtIndex(ValueLayout.JAVA_FLOAT, b, (float) states.h(b));
    }
  }

  @Override
  protected void launchDiscrepancy(
      Particles particles,
      DeviceArray score,
      SteinKernel kernel,
      Bandwidth bandwidth,
      DeviceArray discrepancy) {
    task.discrepancy(particles, score, kernel, bandwidth, discrepancy);
  }

  @Override
  protected void launchStep(DeviceArray particles, DeviceArray direction, ParticleStep step) {
    steps.step(particles, direction, step);
  }
}
