package dev.maxent.kernel;

import dev.maxent.backend.DeviceArray;

/**
 * Where {@link SoftValueKernels#policy} writes; a null field is not computed. Build it once and
 * reuse it.
 *
 * @param value REAL, rows: V
 * @param probabilities REAL, rows × columns: π
 * @param logProbabilities REAL, rows × columns: log π, −∞ for excluded columns
 * @param entropy REAL, rows: H = −Σ π log π, in nats
 * @param expectedQ REAL, rows: Σ π Q
 */
public record PolicyOutputs(
    DeviceArray value,
    DeviceArray probabilities,
    DeviceArray logProbabilities,
    DeviceArray entropy,
    DeviceArray expectedQ) {

  /**
   * Nothing yet.
   *
   * @return all fields null
   */
  public static PolicyOutputs none() {
    return new PolicyOutputs(null, null, null, null, null);
  }

  /**
   * Asks for V.
   *
   * @param array REAL, rows
   * @return a copy that writes it
   */
  public PolicyOutputs withValue(DeviceArray array) {
    return new PolicyOutputs(array, probabilities, logProbabilities, entropy, expectedQ);
  }

  /**
   * Asks for π.
   *
   * @param array REAL, rows × columns
   * @return a copy that writes it
   */
  public PolicyOutputs withProbabilities(DeviceArray array) {
    return new PolicyOutputs(value, array, logProbabilities, entropy, expectedQ);
  }

  /**
   * Asks for log π.
   *
   * @param array REAL, rows × columns
   * @return a copy that writes it
   */
  public PolicyOutputs withLogProbabilities(DeviceArray array) {
    return new PolicyOutputs(value, probabilities, array, entropy, expectedQ);
  }

  /**
   * Asks for the entropy.
   *
   * @param array REAL, rows
   * @return a copy that writes it
   */
  public PolicyOutputs withEntropy(DeviceArray array) {
    return new PolicyOutputs(value, probabilities, logProbabilities, array, expectedQ);
  }

  /**
   * Asks for E[Q].
   *
   * @param array REAL, rows
   * @return a copy that writes it
   */
  public PolicyOutputs withExpectedQ(DeviceArray array) {
    return new PolicyOutputs(value, probabilities, logProbabilities, entropy, array);
  }
}
