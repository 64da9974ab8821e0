package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.Temperature;

/** Hands each operation to the task that does it. */
@SuppressWarnings("ReferenceEquality") // an array is equal only to itself
final class CpuSoftValue extends SoftValueKernels {
  private final ValueTask values;
  private final PolicyTask policies;
  private final ActionTask actions;
  private final RandomDraw draw = new RandomDraw();

  /** The last gradient's output, so that repeated calls allocate nothing. */
  CpuSoftValue(Backend backend, CpuEngine engine) {
    super(backend);
    values = new ValueTask(engine);
    policies = new PolicyTask(engine);
    actions = new ActionTask(engine);
  }

  @Override
  protected void launchLogSumExp(ActionValues q, Temperature temperature, DeviceArray value) {
    values.logSumExp(q, temperature, value);
  }

  @Override
  protected void launchMellowmax(ActionValues q, Temperature temperature, DeviceArray value) {
    values.mellowmax(q, temperature, value);
  }

  @Override
  protected void launchLogSumExpGradient(
      ActionValues q, Temperature temperature, DeviceArray upstream, DeviceArray gradient) {
    policies.gradient(q, temperature, upstream, gradient);
  }

  @Override
  protected void launchPolicy(ActionValues q, Temperature temperature, PolicyOutputs outputs) {
    policies.policy(q, temperature, outputs);
  }

  @Override
  protected void launchSample(
      ActionValues q, Temperature temperature, RandomState state, DeviceArray out) {
    actions.sample(q, temperature, draw.take(state, true), out);
  }

  @Override
  protected void launchGreedy(ActionValues q, DeviceArray out) {
    actions.greedy(q, out);
  }

  @Override
  protected void launchBellmanTarget(
      ActionValues next,
      Temperature temperature,
      DeviceArray reward,
      DeviceArray terminated,
      double discount,
      DeviceArray target) {
    values.target(next, temperature, reward, terminated, discount, target);
  }
}
