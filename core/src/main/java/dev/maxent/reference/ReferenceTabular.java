package dev.maxent.reference;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularKernels;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;

/** One state after the other. */
final class ReferenceTabular extends TabularKernels {
  private final SoftRow row = new SoftRow(64);
  private final Sum sum = new Sum();

  ReferenceTabular(Backend backend) {
    super(backend);
  }

  @Override
  protected void launchSoftBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs) {
    double residual = 0;
    for (int s = 0; s < model.states(); s++) {
      double next = 0;
      if (actionValues(model, discount, values, s, outputs.actionValues())) {
        row.begin(model.actions());
        for (int a = 0; a < model.actions(); a++) {
          long pair = pair(model, s, a);
          if (Memory.flag(model.mask(), pair)) {
            row.include(a, Memory.real(outputs.actionValues(), pair), 0);
          } else {
            row.exclude(a);
          }
        }
        next = row.solve(RowReader.alpha(temperature, s)).value();
      }
      residual = Math.max(residual, store(outputs, values, s, next));
    }
    Memory.setReal(outputs.residual(), 0, residual);
  }

  @Override
  protected void launchPolicyBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray policy,
      DeviceArray values,
      BackupOutputs outputs) {
    double residual = 0;
    for (int s = 0; s < model.states(); s++) {
      double next = 0;
      if (actionValues(model, discount, values, s, outputs.actionValues())) {
        next = policyValue(model, RowReader.alpha(temperature, s), policy, s, outputs);
      }
      residual = Math.max(residual, store(outputs, values, s, next));
    }
    Memory.setReal(outputs.residual(), 0, residual);
  }

  /** Σ π (Q − α log π); NaN where α is out of range. */
  private double policyValue(
      TabularModel model, double alpha, DeviceArray policy, int s, BackupOutputs outputs) {
    if (!(alpha >= 0) || alpha == Double.POSITIVE_INFINITY) {
      return Double.NaN;
    }
    sum.clear();
    for (int a = 0; a < model.actions(); a++) {
      long pair = pair(model, s, a);
      if (Memory.flag(model.mask(), pair)) {
        double p = Memory.real(policy, pair);
        if (p != 0) {
          sum.add(p * (Memory.real(outputs.actionValues(), pair) - alpha * Math.log(p)));
        }
      }
    }
    return sum.get();
  }

  /** Q(s, ·) = R + γ P V, 0 where not allowed; whether any action is allowed. */
  private boolean actionValues(
      TabularModel model, double discount, DeviceArray values, int s, DeviceArray q) {
    boolean any = false;
    for (int a = 0; a < model.actions(); a++) {
      long pair = pair(model, s, a);
      double value = 0;
      if (Memory.flag(model.mask(), pair)) {
        any = true;
        sum.clear();
        int end = Memory.int32(model.rowOffsets(), pair + 1);
        for (int i = Memory.int32(model.rowOffsets(), pair); i < end; i++) {
          int next = Memory.int32(model.nextStates(), i);
          sum.add(Memory.real(model.probabilities(), i) * Memory.real(values, next));
        }
        value = Memory.real(model.rewards(), pair) + discount * sum.get();
      }
      Memory.setReal(q, pair, value);
    }
    return any;
  }

  /** Writes V′ and returns |V′ − V|. */
  private static double store(BackupOutputs outputs, DeviceArray values, int s, double next) {
    Memory.setReal(outputs.nextValues(), s, next);
    return Math.abs(next - Memory.real(values, s));
  }

  private static long pair(TabularModel model, int s, int a) {
    return (long) s * model.actions() + a;
  }
}
