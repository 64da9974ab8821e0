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
    checkDistinct("actionValues", actionValues, model, temperature, values);
    checkDistinct("nextValues", nextValues, model, temperature, values);
    checkDistinct("residual", residual, model, temperature, values);
  }

  private static void checkDistinct(
      String name,
      DeviceArray output,
      TabularModel model,
      Temperature temperature,
      DeviceArray values) {
    Checks.distinct(name, output, "values", values);
    Checks.distinct(name, output, "temperature", temperature.array());
    Checks.distinct(name, output, "the model's rewards", model.rewards());
    Checks.distinct(name, output, "the model's probabilities", model.probabilities());
  }
}
