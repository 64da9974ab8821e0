package dev.maxent.reference;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.PolicyOutputs;
import dev.maxent.kernel.RandomState;
import dev.maxent.kernel.SoftValueKernels;
import dev.maxent.kernel.Temperature;

/** One {@link SoftRow} after the other. */
final class ReferenceSoftValue extends SoftValueKernels {
  private final RowReader reader = new RowReader();
  private final Draw draw = new Draw();

  ReferenceSoftValue(Backend backend) {
    super(backend);
  }

  @Override
  protected void launchLogSumExp(ActionValues q, Temperature temperature, DeviceArray value) {
    for (int i = 0; i < q.rows(); i++) {
      Memory.setReal(value, i, solve(q, temperature, i).value());
    }
  }

  @Override
  protected void launchMellowmax(ActionValues q, Temperature temperature, DeviceArray value) {
    for (int i = 0; i < q.rows(); i++) {
      Memory.setReal(value, i, solve(q, temperature, i).mellowmax());
    }
  }

  @Override
  protected void launchLogSumExpGradient(
      ActionValues q, Temperature temperature, DeviceArray upstream, DeviceArray gradient) {
    for (int i = 0; i < q.rows(); i++) {
      SoftRow row = solve(q, temperature, i);
      double factor = Memory.real(upstream, i);
      for (int k = 0; k < q.columns(); k++) {
        Memory.setReal(gradient, index(q, i, k), row.derivative(k) * factor);
      }
    }
  }

  @Override
  protected void launchPolicy(ActionValues q, Temperature temperature, PolicyOutputs outputs) {
    for (int i = 0; i < q.rows(); i++) {
      SoftRow row = solve(q, temperature, i);
      set(outputs.value(), i, row.value());
      set(outputs.entropy(), i, row.entropy());
      set(outputs.expectedQ(), i, row.expectedQ());
      for (int k = 0; k < q.columns(); k++) {
        set(outputs.probabilities(), index(q, i, k), row.probability(k));
        set(outputs.logProbabilities(), index(q, i, k), row.logProbability(k));
      }
    }
  }

  @Override
  protected void launchSample(
      ActionValues q, Temperature temperature, RandomState state, DeviceArray actions) {
    ReferenceRandom.next(state, draw, true);
    for (int i = 0; i < q.rows(); i++) {
      int action = solve(q, temperature, i).sample(draw, index(q, i, 0));
      Memory.setInt32(actions, i, action);
    }
  }

  @Override
  protected void launchGreedy(ActionValues q, DeviceArray actions) {
    for (int i = 0; i < q.rows(); i++) {
      Memory.setInt32(actions, i, reader.solve(q, 0, i).greedy());
    }
  }

  @Override
  protected void launchBellmanTarget(
      ActionValues next,
      Temperature temperature,
      DeviceArray reward,
      DeviceArray terminated,
      double discount,
      DeviceArray target) {
    for (int i = 0; i < next.rows(); i++) {
      double r = Memory.real(reward, i);
      boolean alone = discount == 0 || Memory.flag(terminated, i);
      Memory.setReal(target, i, alone ? r : r + discount * solve(next, temperature, i).value());
    }
  }

  private SoftRow solve(ActionValues q, Temperature temperature, int i) {
    return reader.solve(q, RowReader.alpha(temperature, i), i);
  }

  private static long index(ActionValues q, int i, int k) {
    return (long) i * q.columns() + k;
  }

  private static void set(DeviceArray output, long index, double value) {
    if (output != null) {
      Memory.setReal(output, index, value);
    }
  }
}
