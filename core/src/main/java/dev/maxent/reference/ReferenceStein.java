package dev.maxent.reference;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.Bandwidth;
import dev.maxent.kernel.ParticleStep;
import dev.maxent.kernel.Particles;
import dev.maxent.kernel.SteinKernel;
import dev.maxent.kernel.SteinKernels;
import dev.maxent.kernel.Temperature;

/** One state after the other. */
final class ReferenceStein extends SteinKernels {

  ReferenceStein(Backend backend) {
    super(backend);
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
    int size = target.count() * target.dimensions();
    for (int b = 0; b < source.states(); b++) {
      SteinState state = new SteinState(source, score, target, b);
      double alpha = RowReader.alpha(temperature, b);
      double[] phi = state.direction(kernel, bandwidth(state, kernel, bandwidth, b), alpha);
      for (int i = 0; i < size; i++) {
        Memory.setReal(direction, (long) b * size + i, phi[i]);
      }
    }
  }

  private static double bandwidth(
      SteinState state, SteinKernel kernel, Bandwidth bandwidth, int b) {
    return kernel instanceof SteinKernel.Linear ? 1 : state.bandwidth(bandwidth, b);
  }

  @Override
  protected void launchBandwidths(
      Particles source, Particles target, Bandwidth bandwidth, DeviceArray h) {
    for (int b = 0; b < source.states(); b++) {
      SteinState state = new SteinState(source, null, target, b);
      double value = state.isFinite() ? state.bandwidth(bandwidth, b) : Double.NaN;
      Memory.setReal(h, b, value);
    }
  }

  @Override
  protected void launchDiscrepancy(
      Particles particles,
      DeviceArray score,
      SteinKernel kernel,
      Bandwidth bandwidth,
      DeviceArray discrepancy) {
    for (int b = 0; b < particles.states(); b++) {
      SteinState state = new SteinState(particles, score, particles, b);
      double h = bandwidth(state, kernel, bandwidth, b);
      Memory.setReal(discrepancy, b, state.discrepancy(kernel, h));
    }
  }

  @Override
  protected void launchStep(DeviceArray particles, DeviceArray direction, ParticleStep step) {
    int count = 0;
    if (step instanceof ParticleStep.Adam adam) {
      count = Memory.int32(adam.count(), 0) + 1;
      Memory.setInt32(adam.count(), 0, count);
    }
    for (long i = 0; i < particles.length(); i++) {
      double phi = Memory.real(direction, i);
      double move =
          switch (step) {
            case ParticleStep.Plain _ -> phi;
            case ParticleStep.AdaGrad rule -> {
              double g = Memory.real(rule.squares(), i) + phi * phi;
              Memory.setReal(rule.squares(), i, g);
              yield phi / (Math.sqrt(g) + rule.epsilon());
            }
            case ParticleStep.Adam rule -> adam(rule, i, phi, count);
          };
      Memory.setReal(particles, i, Memory.real(particles, i) + step.rate() * move);
    }
  }

  private static double adam(ParticleStep.Adam rule, long i, double phi, int count) {
    double b1 = rule.meanDecay();
    double b2 = rule.squareDecay();
    double m = b1 * Memory.real(rule.mean(), i) + (1 - b1) * phi;
    double v = b2 * Memory.real(rule.squares(), i) + (1 - b2) * phi * phi;
    Memory.setReal(rule.mean(), i, m);
    Memory.setReal(rule.squares(), i, v);
    double mean = m / (1 - Math.pow(b1, count));
    double square = v / (1 - Math.pow(b2, count));
    return mean / (Math.sqrt(square) + rule.epsilon());
  }
}
