package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * What a regression step learns from, and what it tells beside. With y the outputs for row b, e = y
 * − t: the loss of a network is 1 / (batch · outputs) · Σ<sub>b</sub> w<sub>b</sub> Σ<sub>o</sub>
 * ℓ(e<sub>bo</sub>); a batch of no rows has loss 0. It only refers to the arrays: build it once and
 * reuse it.
 *
 * @param inputs x
 * @param targets t: REAL, batch × outputs for all networks, or networks × batch × outputs
 * @param weights w: REAL, one per row; null for 1
 * @param errors out: REAL, networks × batch × outputs: e; or null
 * @param loss out: REAL, one per network; or null
 */
public record RegressionBatch(
    NetworkInputs inputs,
    DeviceArray targets,
    DeviceArray weights,
    DeviceArray errors,
    DeviceArray loss) {

  /**
   * Rows of weight 1, and nothing told.
   *
   * @param inputs x
   * @param targets t
   * @return the batch
   */
  public static RegressionBatch of(NetworkInputs inputs, DeviceArray targets) {
    return new RegressionBatch(inputs, targets, null, null, null);
  }

  /**
   * The same with weights, for importance sampling.
   *
   * @param newWeights REAL, one per row
   * @return the batch
   */
  public RegressionBatch withWeights(DeviceArray newWeights) {
    return new RegressionBatch(inputs, targets, newWeights, errors, loss);
  }

  /**
   * The same telling the errors before the step, for prioritised replay.
   *
   * @param newErrors REAL, networks × batch × outputs
   * @return the batch
   */
  public RegressionBatch withErrors(DeviceArray newErrors) {
    return new RegressionBatch(inputs, targets, weights, newErrors, loss);
  }

  /**
   * The same telling the loss before the step.
   *
   * @param newLoss REAL, one per network
   * @return the batch
   */
  public RegressionBatch withLoss(DeviceArray newLoss) {
    return new RegressionBatch(inputs, targets, weights, errors, newLoss);
  }
}
