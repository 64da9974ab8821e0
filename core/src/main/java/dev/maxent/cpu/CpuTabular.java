package dev.maxent.cpu;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.kernel.BackupOutputs;
import dev.maxent.kernel.TabularKernels;
import dev.maxent.kernel.TabularModel;
import dev.maxent.kernel.Temperature;

/** Hands both backups to the task that does them. */
final class CpuTabular extends TabularKernels {
  private final BackupTask backups;

  CpuTabular(Backend backend, CpuEngine engine) {
    super(backend);
    backups = new BackupTask(engine);
  }

  @Override
  protected void launchSoftBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray values,
      BackupOutputs outputs) {
    backups.run(model, discount, temperature, null, values, outputs);
  }

  @Override
  protected void launchPolicyBackup(
      TabularModel model,
      double discount,
      Temperature temperature,
      DeviceArray policy,
      DeviceArray values,
      BackupOutputs outputs) {
    backups.run(model, discount, temperature, policy, values, outputs);
  }
}
