package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.Temperature;

/** Stein variational gradient descent by stein.cl and stein_states.cl. */
final class OpenClStein extends SteinKernels {
  private static final Temperature ONE = Temperature.of(1);
  private static final Bandwidth UNIT = Bandwidth.of(1);

  private static final int PLAIN = 0;
  private static final int ADA_GRAD = 1;
  private static final int ADAM = 2;

  private final OpenClQueue queue;
  private final SteinStates states;
  private final SteinSmall small;
  private final SteinDirection directions;
  private final SteinMacros macros = new SteinMacros();
  private DeviceMemory rows;

  OpenClStein(Backend backend, OpenClQueue queue) {
    super(backend);
    this.queue = queue;
    states = new SteinStates(queue);
    small = new SteinSmall(queue, macros);
    directions = new SteinDirection(queue, macros);
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
    if (source.states() == 0) {
      return;
    }
    Bandwidth used = of(kernel, bandwidth);
    if (small.fits(source, target)) {
      small.run(source, score, target, kernel, used, temperature, direction);
      return;
    }
    states.prepare(source, score, target, used, temperature);
    directions.run(source, score, target, kernel, states, direction);
  }

  /** The linear kernel does not look at a bandwidth. */
  private static Bandwidth of(SteinKernel kernel, Bandwidth bandwidth) {
    return kernel instanceof SteinKernel.Linear ? UNIT : bandwidth;
  }

  @Override
  protected void launchBandwidths(
      Particles source, Particles target, Bandwidth bandwidth, DeviceArray h) {
    if (source.states() == 0) {
      return;
    }
    states.prepare(source, null, target, bandwidth, ONE);
    queue.copy(states.bandwidths(), ((OpenClArray) h).memory(), 4L * source.states());
  }

  @Override
  protected void launchDiscrepancy(
      Particles particles,
      DeviceArray score,
      SteinKernel kernel,
      Bandwidth bandwidth,
      DeviceArray discrepancy) {
    if (particles.states() == 0) {
      return;
    }
    states.prepare(particles, score, particles, of(kernel, bandwidth), ONE);
    long count = (long) particles.states() * particles.count();
    rows = queue.atLeast(rows, 4 * count);
    int group = queue.tuning().group();
    KernelCall call =
        queue
            .kernel(
                Source.STEIN, "discrepancy_rows", macros.of(particles.dimensions(), kernel), group)
            .begin()
            .array(particles.array())
            .array(score)
            .memory(states.bandwidths())
            .int32(particles.states())
            .int32(particles.count());
    SteinDirection.shape(call, kernel).memory(rows).runOver(count);
    states.mean(rows, particles, discrepancy);
  }

  @Override
  protected void launchStep(DeviceArray particles, DeviceArray direction, ParticleStep step) {
    KernelCall call =
        states
            .kernel("move", queue.tuning().group())
            .begin()
            .array(particles)
            .array(direction)
            .int64(particles.length());
    switch (step) {
      case ParticleStep.Plain _ ->
          bind(call.int32(PLAIN).float32((float) step.rate()), 0, 0, 0, null, null, null);
      case ParticleStep.AdaGrad rule ->
          bind(
              call.int32(ADA_GRAD).float32((float) step.rate()),
              rule.epsilon(),
              0,
              0,
              null,
              rule.squares(),
              null);
      case ParticleStep.Adam rule ->
          bind(
              call.int32(ADAM).float32((float) step.rate()),
              rule.epsilon(),
              rule.meanDecay(),
              rule.squareDecay(),
              rule.mean(),
              rule.squares(),
              rule.count());
    }
    // A step of nothing still counts.
    call.run(Math.max(1, queue.groups(particles.length())));
  }

  private void bind(
      KernelCall call,
      double epsilon,
      double meanDecay,
      double squareDecay,
      DeviceArray mean,
      DeviceArray squares,
      DeviceArray count) {
    double first = Math.log(meanDecay);
    double second = Math.log(squareDecay);
    call.float32((float) epsilon)
        .floats(
            (float) meanDecay,
            (float) (1 - meanDecay),
            (float) squareDecay,
            (float) (1 - squareDecay))
        .floats((float) first, rest(first), (float) second, rest(second))
        .array(mean)
        .array(squares)
        .array(count)
        .memory(queue.ticket());
  }

  private static float rest(double value) {
    return Double.isInfinite(value) ? 0 : (float) (value - (float) value);
  }
}
