package dev.maxent.kernel;

import dev.maxent.backend.Backend;
import dev.maxent.backend.DeviceArray;
import dev.maxent.backend.ElementType;

/**
 * Where a tabular backup writes. Build it once and reuse it.
 *
 * @param actionValues REAL, states × actions: Q; excluded pairs hold 0
 * @param nextValues REAL, states: V′
 * @param residual REAL, 1: ‖V′ − V‖∞
 */
public record BackupOutputs(
    DeviceArray actionValues, DeviceArray nextValues, DeviceArray residual) {

  void check(Backend backend, TabularModel model, Temperature temperature, DeviceArray values) {
    Checks.array(backend, "actionValues", actionValues, ElementType.REAL, model.pairs());
    Checks.array(backend, "nextValues", nextValues, ElementType.REAL, model.states());
    Checks.array(backend, "residual", residual, ElementType.REAL, 1);
    Checks.distinct("nextValues", nextValues, "actionValues", actionValues);
    Checks.distinct("residual", residual, "actionValues", actionValues);
    Checks.distinct("residual", residual, "nextValues", nextValues);
    for (DeviceArray output : new DeviceArray[] {actionValues, nextValues, residual}) {
      Checks.distinct("output", output, "values", values);
      Checks.distinct("output", output, "temperature", temperature.array());
      Checks.distinct("output", output, "the model's rewards", model.rewards());
      Checks.distinct("output", output, "the model's probabilities", model.probabilities());
    }
  }
}
