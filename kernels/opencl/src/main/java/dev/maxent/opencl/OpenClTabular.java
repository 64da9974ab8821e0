package dev.maxent.opencl;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.ActionValues;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularKernels;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;

/** Tabular backups: Q by tabular.cl, then V′ and the residual in one launch. */
final class OpenClTabular extends TabularKernels {
  private final OpenClQueue queue;
  private final RowLaunches rows;
  private final ResultArguments results = new ResultArguments();

  /** The rows of the last backup, kept so that calls allocate nothing. */
  private ActionValues actionRows;

  OpenClTabular(Backend backend, OpenClQueue queue, RowLaunches rows) {
    super(backend);
    this.queue = queue;
    this.rows = rows;
  }

  @Override
  protected void launchSoftBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs) {
    actionValues(model, discount, values, outputs);
    results.set(ResultArguments.BACKUP, outputs.nextValues());
    results.values = values;
    results.residual = outputs.residual();
    rows.value(rows(model, outputs), temperature, results);
  }

  @Override
  protected void launchPolicyBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray policy,
      DeviceArray values,
      BackupOutputs outputs) {
    actionValues(model, discount, values, outputs);
    int lanes = lanes(model.actions());
    KernelCall call =
        queue
            .kernel(Source.TABULAR, "policy_values", "")
            .begin()
            .array(outputs.actionValues())
            .array(model.mask())
            .array(policy)
            .array(temperature.array())
            .int32(model.states())
            .int32(model.actions())
            .int32(RowArguments.flags(temperature));
    RowArguments.bindConstant(call, temperature)
        .int32(lanes)
        .array(values)
        .array(outputs.nextValues())
        .array(outputs.residual())
        .runOver((long) model.states() * lanes);
  }

  /** Work-items that share a state, a power of two. */
  private int lanes(int actions) {
    int most = queue.tuning().single() ? 1 : Math.min(32, queue.tuning().group());
    return Math.min(most, Integer.highestOneBit(Math.max(1, 2 * actions - 1)));
  }

  private void actionValues(
      TabularModel model, double discount, DeviceArray values, BackupOutputs outputs) {
    queue
        .kernel(Source.TABULAR, "action_values", "")
        .begin()
        .array(model.rowOffsets())
        .array(model.nextStates())
        .array(model.probabilities())
        .array(model.rewards())
        .array(model.mask())
        .array(values)
        .int32(model.pairs())
        .wide(discount)
        .array(outputs.actionValues())
        .array(outputs.residual())
        .run(queue.groups(model.pairs()));
  }

  @SuppressWarnings("ReferenceEquality") // an array is equal only to itself
  private ActionValues rows(TabularModel model, BackupOutputs outputs) {
    if (actionRows == null
        || actionRows.q() != outputs.actionValues()
        || actionRows.mask() != model.mask()) {
      actionRows =
          ActionValues.of(outputs.actionValues(), model.states(), model.actions())
              .withMask(model.mask());
    }
    return actionRows;
  }
}
