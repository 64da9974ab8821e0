package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.Temperature;

/** Soft values by soft_value.cl and soft_wide.cl. */
final class OpenClSoftValue extends SoftValueKernels {
  private static final Temperature ZERO = Temperature.of(0);

  private final RowLaunches rows;
  private final ResultArguments results = new ResultArguments();

  /** The gradient's place among outputs, kept so that calls allocate nothing. */
  private PolicyOutputs gradientOutput = PolicyOutputs.none();

  OpenClSoftValue(Backend backend, OpenClQueue queue) {
    super(backend);
    rows = new RowLaunches(queue);
  }

  RowLaunches launches() {
    return rows;
  }

  @Override
  protected void launchLogSumExp(ActionValues q, Temperature temperature, DeviceArray value) {
    rows.value(q, temperature, results.set(ResultArguments.LOG_SUM_EXP, value));
  }

  @Override
  protected void launchMellowmax(ActionValues q, Temperature temperature, DeviceArray value) {
    rows.value(q, temperature, results.set(ResultArguments.MELLOWMAX, value));
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // an array is equal only to itself
  protected void launchLogSumExpGradient(
      ActionValues q, Temperature temperature, DeviceArray upstream, DeviceArray gradient) {
    if (gradientOutput.probabilities() != gradient) {
      gradientOutput = PolicyOutputs.none().withProbabilities(gradient);
    }
    rows.policy(q, temperature, gradientOutput, upstream);
  }

  @Override
  protected void launchPolicy(ActionValues q, Temperature temperature, PolicyOutputs outputs) {
    rows.policy(q, temperature, outputs, null);
  }

  @Override
  protected void launchSample(
      ActionValues q, Temperature temperature, RandomState state, DeviceArray actions) {
    rows.action(q, temperature, state, actions);
  }

  @Override
  protected void launchGreedy(ActionValues q, DeviceArray actions) {
    rows.action(q, ZERO, null, actions);
  }

  @Override
  protected void launchBellmanTarget(
      ActionValues next,
      Temperature temperature,
      DeviceArray reward,
      DeviceArray terminated,
      double discount,
      DeviceArray target) {
    results.set(ResultArguments.TARGET, target);
    results.reward = reward;
    results.terminated = terminated;
    results.discount = discount;
    rows.value(next, temperature, results);
  }
}
